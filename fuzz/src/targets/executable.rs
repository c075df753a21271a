//! The program's own file, as it may have been cut or overwritten meanwhile.

use std::fs::File;
use std::io::{self, Seek, Write};

use fastrand::Rng;
use taskmon_subscriber::fuzzing::executable_is_readable;

use super::Target;
use crate::mutate;

pub(super) struct Executable {
    file: File,
}

impl Executable {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Executable {
            file: tempfile::tempfile()?,
        })
    }
}

impl Target for Executable {
    fn name(&self) -> &'static str {
        "executable"
    }

    fn memory(&self, length: usize) -> usize {
        // The reader keeps what it has read.
        (1 << 20) + 20 * length
    }

    /// The header of an executable and its sections; made here, because whole files are
    /// too large to keep.
    fn seeds(&self) -> io::Result<Vec<Vec<u8>>> {
        Ok(vec![small_executable()])
    }

    fn make(&self, random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = seeds[0].clone();
        for _ in 0..random.usize(..6) {
            // A field of a header, of two, four or eight bytes.
            let width = 2 << random.usize(..3);
            let place = random.usize(..input.len() - width) / width * width;
            let number = mutate::number(random).to_le_bytes();
            input[place..place + width].copy_from_slice(&number[..width]);
        }
        if random.u8(..4) == 0 {
            mutate::bytes(random, &mut input, &[]);
        }
        input
    }

    fn run(&mut self, input: &[u8]) {
        self.file.set_len(0).unwrap();
        self.file.rewind().unwrap();
        self.file.write_all(input).unwrap();
        let file = self.file.try_clone().unwrap();
        executable_is_readable(file);
    }
}

/// An ELF file of 64 bits with three sections, one of them that of their names.
fn small_executable() -> Vec<u8> {
    const NAMES: &[u8] = b"\0.symtab\0.shstrtab\0";
    const HEADER: u64 = 64;
    let sections = HEADER + 32;
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend([3, 0, 62, 0, 1, 0, 0, 0]);
    for offset in [0, 0, sections] {
        file.extend(offset.to_le_bytes());
    }
    file.extend([0; 4]);
    for half in [64_u16, 56, 0, 64, 3, 2] {
        file.extend(half.to_le_bytes());
    }
    file.extend(NAMES);
    file.resize(sections as usize, 0);
    let names = NAMES.len() as u64;
    for (name, kind, offset, size) in [(0, 0, 0, 0), (1, 2, 0, 0), (9, 3, HEADER, names)] {
        file.extend(u32::to_le_bytes(name));
        file.extend(u32::to_le_bytes(kind));
        for field in [0, 0, offset, size, 0, 1, 0] {
            file.extend(u64::to_le_bytes(field));
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_executable_is_one() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&small_executable()).unwrap();
        assert!(executable_is_readable(file));
    }
}
