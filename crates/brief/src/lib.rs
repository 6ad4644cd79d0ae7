//! The brief for the board: content, charts, page and PDF.
