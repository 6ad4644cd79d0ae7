//! Pages: import, brief, problems, coming, measures, and the rows behind any number.
