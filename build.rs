//! Compiles `proto/` with `protox`, a protobuf compiler in Rust, so that nobody
//! needs a `protoc` on their machine.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto/taskmon/v1/taskmon.proto");
    let descriptors = protox::compile(["taskmon/v1/taskmon.proto"], ["proto"])?;
    tonic_prost_build::configure()
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}
