//! The service: a shop that shows its products three at a time.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How many products are on a page.
const PAGE: usize = 3;
/// How many products the shop has.
const PRODUCTS: u32 = 10_000;
/// How large the catalogue is that a producer reads from, in bytes.
const CATALOGUE: usize = 64 * 1024;

/// What the handlers share.
#[derive(Clone)]
struct Shop {
    /// With the timeout that the bug is missing.
    fixed: bool,
    /// Here is the bug: the rest of each customer's products, for the day when
    /// they ask for the next page. Few ever do, and nobody clears it.
    next_pages: Arc<Mutex<Vec<mpsc::Receiver<u32>>>>,
}

/// Serves `GET /products` until the program ends.
pub async fn serve(listener: TcpListener, fixed: bool) -> io::Result<()> {
    let shop = Shop {
        fixed,
        next_pages: Arc::default(),
    };
    let service = Router::new()
        .route("/products", get(products))
        .with_state(shop);
    axum::serve(listener, service).await
}

/// The first page of the products.
async fn products(State(shop): State<Shop>) -> Json<Vec<u32>> {
    let mut producer = new_producer(shop.fixed);
    let mut page = Vec::new();
    while page.len() < PAGE
        && let Some(product) = producer.recv().await
    {
        page.push(product);
    }
    let mut next_pages = shop
        .next_pages
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    next_pages.push(producer);
    Json(page)
}

/// Starts a task that sends all products, and gives the end to receive them at.
fn new_producer(fixed: bool) -> mpsc::Receiver<u32> {
    let (sender, receiver) = mpsc::channel(PAGE);
    tokio::spawn(async move {
        let catalogue = vec![1_u8; CATALOGUE];
        for product in 0..PRODUCTS {
            // Nobody receives the seventh: three are taken, three fit into the
            // channel.
            let sent = if fixed {
                match timeout(Duration::from_secs(1), sender.send(product)).await {
                    Ok(sent) => sent.is_ok(),
                    Err(_) => false,
                }
            } else {
                sender.send(product).await.is_ok()
            };
            if !sent {
                break;
            }
        }
        drop(catalogue);
    });
    receiver
}
