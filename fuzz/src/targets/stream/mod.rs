//! What a program sends to a viewer: from bytes to every face.
//!
//! An input is a stream as it is in gRPC, each message after its length.

mod check;
mod faces;
mod make;
mod report;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use fastrand::Rng;
use prost::Message;
use taskmon::client::{Answer, Inspector, Link, Picture};
use taskmon::faces::tui::{Headless, Options, Source};
use taskmon::model::Model;
use taskmon::rules::AlertBook;
use taskmon_proto::v1 as wire;

use super::Target;
use crate::fields::{take, varint};

pub(super) struct Stream;

impl Target for Stream {
    fn name(&self) -> &'static str {
        "stream"
    }

    fn memory(&self, length: usize) -> usize {
        (64 << 20) + 200 * length
    }

    fn make(&self, random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
        make::stream(random, seeds)
    }

    fn run(&mut self, input: &[u8]) {
        let mut viewer = Viewer::new(input);
        for message in messages(input) {
            if !viewer.receive(message) {
                break;
            }
        }
        faces::see(&viewer.model, &viewer.book);
        report::see(&viewer.model, &viewer.book);
        viewer.say_lost();
        viewer.look();
    }
}

/// The messages of a stream, as far as it has whole ones.
fn messages(mut input: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = usize::try_from(varint(&mut input)?).ok()?;
        take(&mut input, length)
    })
}

/// What a viewer has of a stream.
struct Viewer {
    model: Model,
    book: AlertBook,
    picture: Arc<Mutex<Picture>>,
    inspector: Inspector,
    screen: Headless,
    /// What its user does, and what it is told of the task that is looked at.
    keys: Rng,
}

impl Viewer {
    fn new(input: &[u8]) -> Viewer {
        // The same for the same input.
        let seed = input
            .iter()
            .fold(7_u64, |seed, byte| seed.rotate_left(5) ^ u64::from(*byte));
        let mut keys = Rng::with_seed(seed);
        let sizes = [(80, 24), (200, 60), (40, 12), (1, 1), (17, 90)];
        let (width, height) = sizes[keys.usize(..sizes.len())];
        let picture = Arc::new(Mutex::new(Picture {
            model: Arc::default(),
            alerts: Arc::default(),
            link: Link::Live,
            version: 0,
        }));
        let inspector = Inspector::default();
        let source = Source {
            name: "target:6669".to_owned(),
            picture: Arc::clone(&picture),
            inspector: Some(inspector.clone()),
        };
        let screen = Headless::with(vec![source], Options::default(), width, height);
        Viewer {
            model: Model::default(),
            book: AlertBook::default(),
            picture,
            inspector,
            screen,
            keys,
        }
    }

    /// Takes one message in; false if that was the last.
    fn receive(&mut self, message: &[u8]) -> bool {
        let Ok(update) = wire::Update::decode(message) else {
            return false;
        };
        let whole = match update.update {
            Some(wire::update::Update::Hello(hello)) => {
                self.model.apply_hello(hello).map(|()| false)
            }
            Some(wire::update::Update::Page(page)) => self.model.apply_page(page),
            None => Ok(false),
        };
        match whole {
            Ok(true) => self.show(),
            Ok(false) => {}
            Err(error) => {
                super::assert_plain(&error.to_string());
                return false;
            }
        }
        check::is_consistent(&self.model);
        true
    }

    fn show(&mut self) {
        self.book.update(&self.model);
        let model = self.model.share();
        check::counts_are_the_same(&self.model, &model);
        let mut picture = self.picture.lock().unwrap();
        picture.model = Arc::new(model);
        picture.alerts = Arc::new(self.book.share());
        picture.version += 1;
        drop(picture);
        self.look();
    }

    fn say_lost(&mut self) {
        let mut picture = self.picture.lock().unwrap();
        picture.version += 1;
        picture.link = Link::Lost {
            since: Instant::now(),
            error: "it is gone".to_owned(),
            retry_at: Instant::now(),
        };
    }

    /// Types a little, and looks at what is seen.
    fn look(&mut self) {
        // All but `w`, which writes a file.
        const KEYS: &str = "\n\n\u{1b}/tvdfyCacT1234567890<>+-*rjkhlgG? ünsxz:=";
        for _ in 0..self.keys.usize(..6) {
            let key = self.keys.usize(..KEYS.chars().count());
            if let Some(key) = KEYS.chars().nth(key) {
                self.screen.press(key);
            }
        }
        self.screen.turn();
        if let Some(task) = self.inspector.wanted() {
            let answer = Answer::from(&make::details(&mut self.keys));
            self.inspector.tell(task, Some(answer));
            self.screen.turn();
        }
        for line in self.screen.lines() {
            super::assert_plain(&line);
        }
    }
}
