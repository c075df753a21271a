//! What is measured, with channels in a wrapper of hotpath; see [`bench::measured`].

use std::error::Error;

use bench::allocations::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), Box<dyn Error>> {
    bench::measured::run()
}
