//! The pictures of the book: that a screen becomes a picture whatever is on it, and that
//! the book shows those that are there.

#[path = "../examples/pictures/svg.rs"]
mod svg;

use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src")
}

/// What is written in a picture, without the places of it.
fn texts(picture: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(picture).unwrap();
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    texts.map(|node| node.text().unwrap().to_owned()).collect()
}

#[test]
fn a_screen_is_a_picture_whatever_is_on_it() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 2));
    let style = Style::new()
        .fg(Color::Rgb(255, 0, 0))
        .bg(Color::Rgb(0, 0, 255));
    buffer.set_string(0, 0, "<&> \"'生 ▁█│┼", style);
    buffer.set_string(0, 1, "plain text", Style::new().bold().reversed());
    let picture = svg::of(&buffer);
    let texts = texts(&picture);
    assert!(texts.contains(&"<&>".to_owned()), "{texts:?}");
    assert!(texts.contains(&"plain".to_owned()), "{texts:?}");
    assert!(picture.contains("#ff0000") && picture.contains("#0000ff"));
    svg::of(&Buffer::empty(Rect::ZERO));
}

#[test]
fn every_picture_of_the_book_is_one_and_is_shown_and_none_is_missing() {
    let mut pages = vec![book().join("../../README.md")];
    for entry in std::fs::read_dir(book()).unwrap() {
        pages.push(entry.unwrap().path());
    }
    pages.retain(|path| path.extension().is_some_and(|it| it == "md"));
    let pages: String = pages
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut shown = 0;
    for entry in std::fs::read_dir(book().join("pictures")).unwrap() {
        let path = entry.unwrap().path();
        assert!(!texts(&std::fs::read_to_string(&path).unwrap()).is_empty());
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            pages.contains(&format!("pictures/{name})")),
            "{name} is not shown"
        );
        shown += 1;
    }
    let mut links: Vec<_> = pages.split("pictures/").skip(1).collect();
    links.retain(|rest| rest.split(')').next().unwrap().ends_with(".svg"));
    for link in &links {
        let name = link.split(')').next().unwrap();
        assert!(book().join("pictures").join(name).is_file(), "{name}");
    }
    assert!(shown > 0 && links.len() >= shown);
}
