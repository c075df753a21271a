//! The program on the pictures: a bookshop that leaks a task with each search.

use std::error::Error;
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use taskmon_subscriber::{Builder, Level};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task;
use tokio::time::{interval, sleep};

/// What makes this process the shop.
pub const ARGUMENT: &str = "--shop";

/// An order on its way through the shop.
struct Order(u64);

/// Opens the shop; it is open until standard input closes. The address for viewers is on
/// a line of standard output.
pub fn open() -> Result<(), Box<dyn Error>> {
    let telemetry = Builder::new()
        .bind("127.0.0.1:0")
        .level(Level::All)
        .init_with(tracing::subscriber::NoSubscriber::default());
    let address = telemetry.address().ok_or("no address for viewers")?;
    println!("{address}");
    std::thread::spawn(|| {
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        spawn("supervisor", supervise());
        std::future::pending::<()>().await;
    });
    Ok(())
}

/// Its place in the program is that of whoever calls it.
#[track_caller]
fn spawn(name: &str, task: impl Future<Output = ()> + Send + 'static) {
    // The only error is a shutdown, after which nothing is spawned any more.
    let _ = task::Builder::new().name(name).spawn(task);
}

async fn supervise() {
    let stock = Arc::new(Mutex::new(10_000_u64));
    let (orders, next_order) = mpsc::channel(32);
    let (mails, next_mail) = mpsc::channel(64);
    let next_order = Arc::new(Mutex::new(next_order));
    for number in 1..=4 {
        let (next_order, mails, stock) = (next_order.clone(), mails.clone(), stock.clone());
        spawn(&format!("packer {number}"), pack(next_order, mails, stock));
    }
    spawn("mailer", mail(next_mail));
    spawn("stock taking", take_stock(stock));
    spawn("web", serve(orders));
    // Until it is told to close, which it is not.
    sleep(Duration::from_secs(86_400)).await;
}

/// Customers come all the time; every fourth searches, and leaves a task behind.
async fn serve(orders: mpsc::Sender<Order>) {
    let mut customers = interval(Duration::from_millis(150));
    for number in 0.. {
        customers.tick().await;
        let orders = orders.clone();
        spawn("request", async move {
            if number % 4 == 0 {
                search().await;
            } else if orders.send(Order(number)).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(300)).await;
        });
    }
}

/// Shows three books of a search for which there are many, and keeps the rest waiting.
async fn search() {
    let (books, mut found) = mpsc::channel(3);
    spawn("finder", find_books(books));
    for _ in 0..3 {
        let _ = found.recv().await;
    }
    // Whoever keeps this keeps the finder waiting.
    let (last_page, never) = oneshot::channel::<()>();
    spawn("pages", async move {
        let _kept = (found, last_page);
        sleep(Duration::from_secs(86_400)).await;
    });
    drop(never);
}

async fn find_books(books: mpsc::Sender<u64>) {
    for book in 0..1_000 {
        if books.send(book).await.is_err() {
            return;
        }
    }
}

async fn pack(
    orders: Arc<Mutex<mpsc::Receiver<Order>>>,
    mails: mpsc::Sender<Order>,
    stock: Arc<Mutex<u64>>,
) {
    loop {
        let order = orders.lock().await.recv().await;
        let Some(order) = order else { return };
        work(Duration::from_millis(2));
        sleep(Duration::from_millis(200 + order.0 % 7 * 30)).await;
        *stock.lock().await -= 1;
        if mails.send(order).await.is_err() {
            return;
        }
    }
}

async fn mail(mut mails: mpsc::Receiver<Order>) {
    while mails.recv().await.is_some() {
        work(Duration::from_micros(500));
        sleep(Duration::from_millis(20)).await;
    }
}

async fn take_stock(stock: Arc<Mutex<u64>>) {
    let mut times = interval(Duration::from_secs(1));
    loop {
        times.tick().await;
        let stock = stock.lock().await;
        work(Duration::from_millis(5));
        sleep(Duration::from_millis(50)).await;
        drop(stock);
    }
}

/// Is busy for so long.
fn work(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        std::hint::spin_loop();
    }
}
