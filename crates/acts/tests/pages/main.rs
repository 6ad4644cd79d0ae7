//! Pages asked over the whole stack of layers, without a socket.

mod access_list;
mod people;
mod signin;
mod support;
