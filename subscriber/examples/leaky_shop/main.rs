//! A web service that leaks one stuck task at each request, with taskmon in it.
//!
//!     cargo run -p taskmon-subscriber --example leaky_shop
//!     taskmon                                 # in a second terminal
//!     curl http://127.0.0.1:8080/products     # in a third, as often as you like
//!
//! At every request the viewer shows one more task in `mpsc send`, and after five
//! seconds the alert that names where these tasks are spawned. The bug is in
//! `shop.rs`. With `--fixed` as the last argument of the first command, the same
//! tasks show `select(mpsc send | sleep)` for a second and are gone.

mod shop;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    taskmon_subscriber::init();
    let fixed = std::env::args().any(|argument| argument == "--fixed");
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    println!("serving http://{}/products", listener.local_addr()?);
    shop::serve(listener, fixed).await
}
