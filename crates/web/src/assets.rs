//! Style, script and type, served from the program itself under an address that holds a hash of
//! their content: a browser may keep them for ever, and a new version is asked for at once.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::failure::Failure;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

/// One sheet: ours, then that of the brief, whose rules are scoped to it.
static SHEET: LazyLock<String> = LazyLock::new(|| format!("{}\n{}", include_str!("../assets/plumb.css"), brief::CSS));

static ALL: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let font = |at: usize| typst_assets::fonts().nth(at).unwrap_or_default();
    vec![
        Asset { name: "plumb.css", kind: "text/css; charset=utf-8", bytes: SHEET.as_bytes() },
        Asset { name: "plumb.js", kind: "text/javascript; charset=utf-8", bytes: include_bytes!("../assets/plumb.js") },
        Asset { name: "plumb.svg", kind: "image/svg+xml", bytes: include_bytes!("../assets/plumb.svg") },
        // The faces that the PDF is set in as well; the order is that of the pinned version.
        Asset { name: "serif.otf", kind: "font/otf", bytes: font(0) },
        Asset { name: "serif-italic.otf", kind: "font/otf", bytes: font(2) },
        Asset { name: "serif-semibold.otf", kind: "font/otf", bytes: font(4) },
    ]
});

/// Hash over all of them: they refer to one another by relative address.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for asset in ALL.iter() {
        hasher.update(asset.name.as_bytes());
        hasher.update(asset.bytes);
    }
    hasher.finalize().to_hex().chars().take(16).collect()
});

/// The address of an asset.
#[must_use]
pub fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *HASH)
}

/// `GET /assets/{hash}/{name}`.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>) -> Result<Response, Failure> {
    let asset = ALL.iter().find(|asset| asset.name == name).ok_or(Failure::NotFound)?;
    // A page of an older version may still ask for its own address: it gets the present file, unkept.
    let keep = if hash == *HASH { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, keep)], asset.bytes)
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_are_the_ones_that_the_sheet_names() {
        for (name, family) in [
            ("serif.otf", "LibertinusSerif-Regular"),
            ("serif-italic.otf", "LibertinusSerif-Italic"),
            ("serif-semibold.otf", "LibertinusSerif-Semibold"),
        ] {
            let asset = ALL.iter().find(|asset| asset.name == name).unwrap();
            let found = asset.bytes.windows(family.len()).any(|window| window == family.as_bytes());
            assert!(found, "{name} holds the face {family}");
        }
    }

    #[test]
    fn the_script_and_the_sheet_ask_nobody_else() {
        for name in ["plumb.css", "plumb.js"] {
            let asset = ALL.iter().find(|asset| asset.name == name).unwrap();
            let text = std::str::from_utf8(asset.bytes).unwrap();
            assert!(!text.contains("http://") && !text.contains("https://") && !text.contains("@import"), "{name}");
        }
    }
}
