//! What is measured, on a runtime that dial9 records; see [`bench::measured`].

use std::error::Error;

use bench::allocations::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), Box<dyn Error>> {
    let done = bench::measured::run();
    bench::dial9::remove_traces();
    done
}
