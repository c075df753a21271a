//! Makes the pictures of the book: real screens of a real program.
//!
//!     cargo run --release -p taskmon --example pictures
//!
//! It runs a bookshop in a process of its own, looks at it until it has a story to tell,
//! walks through the views of the terminal UI, and writes each screen as an SVG file into
//! `docs/src/pictures`, or into the directory that is named.

mod shop;
mod svg;

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use taskmon::client::{Target, Watcher};
use taskmon::faces::tui::theme::{Depth, Look, PaletteChoice, Theme};
use taskmon::faces::tui::{Headless, Options, Source};
use taskmon::rules::Settings;

/// In cells.
const WIDTH: u16 = 120;

/// How long the shop is looked at first: there is to be something in its charts.
const STORY: Duration = Duration::from_secs(75);

/// How long anything else may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A picture to be made.
struct Picture {
    name: &'static str,
    /// In cells.
    height: u16,
    /// That lead to it from the table of tasks, with spaces between them.
    keys: &'static str,
    /// Is on the screen once that is whole.
    shows: &'static str,
}

const fn picture(
    name: &'static str,
    height: u16,
    keys: &'static str,
    shows: &'static str,
) -> Picture {
    Picture {
        name,
        height,
        keys,
        shows,
    }
}

const PICTURES: [Picture; 9] = [
    picture("tasks", 28, "j", "send-stall"),
    picture("task", 44, "j Enter", "WHAT IT DID"),
    picture(
        "tree",
        22,
        "t * / - n a m e : f i n d e r Space - n a m e : p a g e s Enter",
        "supervisor",
    ),
    picture("filter", 18, "/ w a i t : r e c v Enter", "recv"),
    picture("sites", 18, "s", "SPAWNED AT"),
    picture("channels", 24, "c", "CAPACITY"),
    picture("resources", 20, "R", "PERMITS"),
    picture("alerts", 28, "a", "What to do"),
    picture("process", 38, "p", "resident memory"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some(shop::ARGUMENT) {
        return shop::open();
    }
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/pictures");
    let directory = argument.map_or(book, PathBuf::from);
    std::fs::create_dir_all(&directory)?;
    let (_shop, target) = start()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let _entered = runtime.enter();
    let watcher = Watcher::start(target, Settings::default(), Duration::ZERO);
    println!("looks at the shop for {STORY:?}");
    Screen::new(&watcher, 1).until(STORY, |_| false);
    for picture in PICTURES {
        let mut screen = Screen::new(&watcher, picture.height);
        screen.until(PATIENCE, Headless::is_settled);
        for key in picture.keys.split(' ') {
            screen.ui.press_named(key)?;
            screen.until(PATIENCE, Headless::is_settled);
        }
        let shows = |line: &String| line.contains(picture.shows);
        if !screen.until(PATIENCE, |ui| ui.lines().iter().any(shows)) {
            let (name, text) = (picture.name, screen.text());
            return Err(format!("{name} does not show {:?}:\n{text}", picture.shows).into());
        }
        let path = directory.join(format!("{}.svg", picture.name));
        std::fs::write(&path, svg::of(screen.ui.buffer()))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Starts the shop, and says where it is to be looked at.
fn start() -> Result<(Shop, Target), Box<dyn Error>> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(shop::ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("the shop has no output")?;
    let shop = Shop(child);
    let mut address = String::new();
    BufReader::new(output).read_line(&mut address)?;
    Ok((shop, address.trim().parse()?))
}

/// The shop's process, which ends with this.
struct Shop(Child);

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The terminal UI on the shop.
struct Screen {
    ui: Headless,
}

impl Screen {
    fn new(watcher: &Watcher, height: u16) -> Self {
        let look = Look {
            palette: PaletteChoice::Dark,
            depth: Some(Depth::True),
            ascii: Some(false),
            colours: Vec::new(),
        };
        let options = Options {
            theme: Theme::for_terminal(&look),
            ..Options::default()
        };
        let source = Source::of("shop:6669".to_owned(), watcher);
        Screen {
            ui: Headless::with(vec![source], options, WIDTH, height),
        }
    }

    /// Goes on until `is_reached` or for so long. True if it was reached.
    fn until(&mut self, time: Duration, is_reached: impl Fn(&Headless) -> bool) -> bool {
        let deadline = Instant::now() + time;
        while Instant::now() < deadline {
            self.ui.turn();
            if is_reached(&self.ui) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    fn text(&self) -> String {
        self.ui.lines().join("\n")
    }
}
