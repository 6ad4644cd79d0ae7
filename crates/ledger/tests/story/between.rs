//! A proxy before PostgreSQL that loses a connection in the middle of a commit. Tests of the rooms above take this file
//! too.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Everything goes through.
pub const THROUGH: u8 = 0;
/// The next commit is kept, and its answer is lost; then everything goes through.
pub const CUT_AFTER: u8 = 1;
/// The next commit does not arrive; then everything goes through.
pub const CUT_BEFORE: u8 = 2;
/// The next commit is kept, its answer is lost, and nothing goes through any more.
pub const CUT_FOR_GOOD: u8 = 3;
/// Nothing goes through.
const AWAY: u8 = 4;

/// Stands between the ledger and the server, and cuts a connection when it sees a commit.
pub async fn between(server: String, cut: Arc<AtomicU8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            if cut.load(Ordering::SeqCst) == AWAY {
                continue;
            }
            let (server, cut) = (server.clone(), cut.clone());
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.unwrap();
                let (mut up, mut down) = (vec![0; 65536], vec![0; 65536]);
                loop {
                    tokio::select! {
                        read = client.read(&mut up) => {
                            let read = read.unwrap_or(0);
                            if read == 0 || cut.load(Ordering::SeqCst) == AWAY { return; }
                            let commits = up[..read].windows(6).any(|word| word == b"COMMIT");
                            match if commits { cut.load(Ordering::SeqCst) } else { THROUGH } {
                                CUT_BEFORE => { cut.store(THROUGH, Ordering::SeqCst); return; }
                                kind @ (CUT_AFTER | CUT_FOR_GOOD) => {
                                    cut.store(if kind == CUT_AFTER { THROUGH } else { AWAY }, Ordering::SeqCst);
                                    // The server keeps it; its answer goes nowhere.
                                    server.write_all(&up[..read]).await.unwrap();
                                    drop(client);
                                    let _ = server.read(&mut down).await;
                                    return;
                                }
                                _ => server.write_all(&up[..read]).await.unwrap(),
                            }
                        }
                        read = server.read(&mut down) => {
                            let read = read.unwrap_or(0);
                            if read == 0 || client.write_all(&down[..read]).await.is_err() { return; }
                        }
                    }
                }
            });
        }
    });
    port
}
