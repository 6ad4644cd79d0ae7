mod fixture;
mod print;
mod random;
mod readable;
mod record;
mod show;
