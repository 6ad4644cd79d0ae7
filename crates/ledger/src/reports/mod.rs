//! Reports.
mod shown;
mod work;
