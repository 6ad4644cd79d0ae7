mod fixture;
mod print;
mod readable;
mod show;
