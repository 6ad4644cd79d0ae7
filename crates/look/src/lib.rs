//! How pages look: the frame, the sheet, the faces, the parts of a form. Pure: it answers no request.

pub mod address;
pub mod assets;
pub mod charts;
mod forgetting;
pub mod form;
mod frame;
mod strip;
mod trend;

pub use assets::BRIEF_SHEET;
pub use forgetting::forgetting;
pub use form::{Field, wrongs};
pub use frame::{DESK, Nav, Shell, Signed, empty, head, page, pager, scroll};
pub use strip::{Strip, axis, strip};
pub use trend::{Point, trend};
