//! Makes streams of recorded ones.

use fastrand::Rng;
use taskmon_proto::v1 as wire;

use super::messages;
use crate::fields::{self, Field};
use crate::mutate;

/// A message, as fields if it can be read.
type Changed = Result<Vec<Field>, Vec<u8>>;

/// A few messages are enough to reach whatever there is.
const MESSAGES: usize = 24;

/// A recorded stream in which a few things are different.
pub(super) fn stream(random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = match seeds.len() {
        0 => Vec::new(),
        many => {
            let begin = read(&seeds[random.usize(..many)]);
            let other = read(&seeds[random.usize(..many)]);
            spliced(random, begin, other)
        }
    };
    let mut numbers = Vec::new();
    for message in stream.iter().flatten() {
        fields::numbers(message, &mut numbers);
    }
    for _ in 0..1_usize << random.u8(..7) {
        change(random, &mut stream, &numbers);
    }
    let mut out = written(&stream);
    // What is not even a message is soon seen as such.
    if random.u8(..10) == 0 {
        mutate::bytes(random, &mut out, &[]);
    }
    out
}

/// What a program may say of one task.
pub(super) fn details(random: &mut Rng) -> wire::DetailsResponse {
    let mut times = || {
        let places = match random.u8(..8) {
            0 => random.usize(..100),
            _ => random.usize(..20),
        };
        let mut from_nanos: Vec<_> = (0..places).map(|_| mutate::number(random)).collect();
        if random.u8(..8) > 0 {
            // As it should be: rising.
            from_nanos.sort_unstable();
            from_nanos.dedup();
        }
        let places = from_nanos.len() + usize::from(random.u8(..16) == 0);
        let counts = (0..places).map(|_| mutate::number(random) as u32).collect();
        wire::RecentTimes { from_nanos, counts }
    };
    wire::DetailsResponse {
        polls: Some(times()),
        delays: Some(times()),
    }
}

fn read(stream: &[u8]) -> Vec<Changed> {
    messages(stream)
        .map(|message| fields::parse(message).ok_or_else(|| message.to_vec()))
        .collect()
}

/// The beginning of the one, and now and then something of the other.
fn spliced(random: &mut Rng, mut begin: Vec<Changed>, other: Vec<Changed>) -> Vec<Changed> {
    let all = begin.len().min(MESSAGES);
    begin.truncate(random.usize(1.min(all)..=all));
    if random.u8(..3) == 0 {
        let from = random.usize(..=other.len());
        begin.extend(
            other
                .into_iter()
                .skip(from)
                .take(MESSAGES - all.min(MESSAGES)),
        );
    }
    begin
}

fn change(random: &mut Rng, stream: &mut Vec<Changed>, numbers: &[u64]) {
    if stream.is_empty() {
        return stream.push(Ok(Vec::new()));
    }
    let place = random.usize(..stream.len());
    match random.u8(..40) {
        0 => drop(stream.remove(place)),
        1 => {
            let again = stream[place].clone();
            stream.insert(random.usize(..=place), again);
        }
        2 => {
            let other = random.usize(..stream.len());
            stream.swap(place, other);
        }
        _ => match &mut stream[place] {
            Ok(message) => fields::change(random, message, numbers),
            Err(bytes) => mutate::bytes(random, bytes, &[]),
        },
    }
}

fn written(stream: &[Changed]) -> Vec<u8> {
    let mut out = Vec::new();
    for message in stream {
        let bytes = match message {
            Ok(message) => fields::encode(message),
            Err(bytes) => bytes.clone(),
        };
        fields::put(&mut out, bytes.len() as u64);
        out.extend(bytes);
    }
    out
}
