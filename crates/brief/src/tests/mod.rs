mod fixture;
mod print;
mod random;
mod readable;
//ANALYSIS mod record;
mod show;
