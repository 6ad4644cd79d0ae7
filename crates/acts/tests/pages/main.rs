//! Pages asked over the whole stack of layers, without a socket.

mod access_list;
mod openid;
mod people;
mod provider;
mod signin;
mod support;
