//! Six functions that await one another.

use std::future::Future;

/// The line of the `.await` in each of the six functions, the innermost first.
pub const LINES: [u32; 6] = [SIXTH, FIFTH, FOURTH, THIRD, SECOND, FIRST];

pub async fn first<T>(future: impl Future<Output = T>) -> T {
    second(future).await
}
const FIRST: u32 = line!() - 2;

async fn second<T>(future: impl Future<Output = T>) -> T {
    third(future).await
}
const SECOND: u32 = line!() - 2;

async fn third<T>(future: impl Future<Output = T>) -> T {
    fourth(future).await
}
const THIRD: u32 = line!() - 2;

async fn fourth<T>(future: impl Future<Output = T>) -> T {
    fifth(future).await
}
const FOURTH: u32 = line!() - 2;

async fn fifth<T>(future: impl Future<Output = T>) -> T {
    sixth(future).await
}
const FIFTH: u32 = line!() - 2;

async fn sixth<T>(future: impl Future<Output = T>) -> T {
    future.await
}
const SIXTH: u32 = line!() - 2;
