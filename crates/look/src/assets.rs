//! Style, script and type, kept in the program itself under an address that holds a hash of their content: a
//! browser may keep them for ever, and a new version is asked for at once.

use std::sync::LazyLock;

/// One file that pages ask for.
#[derive(Debug)]
pub struct Asset {
    /// Its name, without a folder.
    pub name: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// The rules of the brief, which its own page carries as well.
pub const BRIEF_SHEET: &str = include_str!("../assets/brief.css");

/// One sheet: the ground, the areas, then that of the brief, whose rules are scoped to it.
static SHEET: LazyLock<String> = LazyLock::new(|| {
    [
        include_str!("../assets/plumb.css"),
        include_str!("../assets/areas/access.css"),
        include_str!("../assets/areas/direction.css"),
        include_str!("../assets/areas/decisions.css"),
        include_str!("../assets/areas/promises.css"),
        include_str!("../assets/areas/honesty.css"),
        include_str!("../assets/areas/today.css"),
        include_str!("../assets/areas/model.css"),
        include_str!("../assets/areas/profile.css"),
        include_str!("../assets/areas/waves.css"),
        BRIEF_SHEET,
    ]
    .join("\n")
});

static ALL: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let font = |at: usize| typst_assets::fonts().nth(at).unwrap_or_default();
    vec![
        Asset { name: "plumb.css", kind: "text/css; charset=utf-8", bytes: SHEET.as_bytes() },
        Asset { name: "plumb.js", kind: "text/javascript; charset=utf-8", bytes: include_bytes!("../assets/plumb.js") },
        Asset {
            name: "htmx.js",
            kind: "text/javascript; charset=utf-8",
            bytes: include_bytes!("../assets/htmx.min.js"),
        },
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

/// An asset, and how long it may be kept. A page of an older version may still ask for its own address: it
/// gets the present file, unkept.
#[must_use]
pub fn get(hash: &str, name: &str) -> Option<(&'static Asset, &'static str)> {
    let keep = if hash == *HASH { "public, max-age=31536000, immutable" } else { "no-cache" };
    ALL.iter().find(|asset| asset.name == name).map(|asset| (asset, keep))
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
            let (asset, _) = get("", name).unwrap();
            let found = asset.bytes.windows(family.len()).any(|window| window == family.as_bytes());
            assert!(found, "{name} holds the face {family}");
        }
    }

    #[test]
    fn the_script_and_the_sheet_ask_nobody_else() {
        for name in ["plumb.css", "plumb.js"] {
            let text = std::str::from_utf8(get("", name).unwrap().0.bytes).unwrap();
            assert!(!text.contains("http://") && !text.contains("https://") && !text.contains("@import"), "{name}");
        }
    }
}
