//! A screen as an SVG picture.

use std::fmt::Write as _;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// The size of a cell, and of its letters, in the picture's own unit.
const WIDE: f64 = 8.4;
const HIGH: f64 = 18.0;
const FONT: f64 = 14.0;
/// Where letters stand in a cell.
const BASELINE: f64 = 13.5;
/// Around the screen.
const MARGIN: f64 = 12.0;

const BACKGROUND: &str = "#1e1e2e";
const TEXT: &str = "#d8dee9";

/// The screen as it would be on a dark terminal.
pub fn of(buffer: &Buffer) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let width = f64::from(columns) * WIDE + 2.0 * MARGIN;
    let height = f64::from(rows) * HIGH + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"{FONT}\" xml:space=\"preserve\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    let lines = buffer.content.chunks(usize::from(columns.max(1)));
    for (row, cells) in lines.enumerate() {
        let y = MARGIN + row as f64 * HIGH;
        for run in runs(cells) {
            draw(&mut out, cells, run, y);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// The ranges of cells that look alike.
fn runs(cells: &[Cell]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (place, cell) in cells.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if is_alike(&cells[run.start], cell) => run.end = place + 1,
            _ => runs.push(place..place + 1),
        }
    }
    runs
}

fn is_alike(one: &Cell, other: &Cell) -> bool {
    (one.fg, one.bg, one.modifier) == (other.fg, other.bg, other.modifier)
}

fn draw(out: &mut String, cells: &[Cell], run: Range<usize>, y: f64) {
    let x = |place: usize| MARGIN + place as f64 * WIDE;
    let look = &cells[run.start];
    let (mut front, mut behind) = (colour(look.fg, TEXT), colour(look.bg, BACKGROUND));
    if look.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut front, &mut behind);
    }
    if behind != BACKGROUND {
        rectangle(out, x(run.start), y, run.len() as f64 * WIDE, HIGH, &behind);
    }
    let mut word = run.start;
    for place in run.clone() {
        let symbol = cells[place].symbol();
        let drawn = shape(out, symbol, x(place), y, &front);
        if drawn || symbol == " " {
            text(out, cells, word..place, y, &front, look.modifier);
            word = place + 1;
        }
    }
    text(out, cells, word..run.end, y, &front, look.modifier);
    if look.modifier.contains(Modifier::UNDERLINED) {
        let wide = run.len() as f64 * WIDE;
        rectangle(out, x(run.start), y + HIGH - 2.5, wide, 1.0, &front);
    }
}

/// A word, in exactly as much room as its cells have, whatever the font.
fn text(
    out: &mut String,
    cells: &[Cell],
    word: Range<usize>,
    y: f64,
    colour: &str,
    modifier: Modifier,
) {
    if word.is_empty() {
        return;
    }
    let (x, wide) = (MARGIN + word.start as f64 * WIDE, word.len() as f64 * WIDE);
    let letters: String = cells[word].iter().map(Cell::symbol).collect();
    let weight = match modifier.contains(Modifier::BOLD) {
        true => " font-weight=\"bold\"",
        false => "",
    };
    let opacity = match modifier.contains(Modifier::DIM) {
        true => " opacity=\"0.7\"",
        false => "",
    };
    let letters = letters
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let y = y + BASELINE;
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{wide:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" fill=\"{colour}\"{weight}{opacity}>{letters}</text>"
    );
}

/// Draws what fonts leave gaps in: blocks and lines. False if it is none of these.
fn shape(out: &mut String, symbol: &str, x: f64, y: f64, colour: &str) -> bool {
    let Some(character) = symbol.chars().next() else {
        return false;
    };
    match character {
        '▁'..='█' => {
            let eighths = f64::from(u32::from(character) - u32::from('▁') + 1);
            let high = HIGH * eighths / 8.0;
            rectangle(out, x, y + HIGH - high, WIDE, high, colour);
        }
        '▌' => rectangle(out, x, y, WIDE / 2.0, HIGH, colour),
        '░' | '▒' => {
            let share = if character == '░' { 0.25 } else { 0.5 };
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{WIDE:.1}\" height=\"{HIGH:.1}\" \
                 fill=\"{colour}\" opacity=\"{share}\"/>"
            );
        }
        _ => {
            // Left, right, up, down.
            let arms = match character {
                '─' => [true, true, false, false],
                '│' => [false, false, true, true],
                '┌' | '╭' => [false, true, false, true],
                '┐' | '╮' => [true, false, false, true],
                '└' | '╰' => [false, true, true, false],
                '┘' | '╯' => [true, false, true, false],
                '├' => [false, true, true, true],
                '┤' => [true, false, true, true],
                '┼' => [true; 4],
                _ => return false,
            };
            let (middle, centre) = (x + WIDE / 2.0, y + HIGH / 2.0);
            let ends = [
                (x, centre),
                (x + WIDE, centre),
                (middle, y),
                (middle, y + HIGH),
            ];
            for (end, _) in ends.iter().zip(arms).filter(|(_, is)| *is) {
                let _ = writeln!(
                    out,
                    "<path d=\"M{middle:.1} {centre:.1}L{:.1} {:.1}\" stroke=\"{colour}\"/>",
                    end.0, end.1
                );
            }
        }
    }
    true
}

fn rectangle(out: &mut String, x: f64, y: f64, wide: f64, high: f64, colour: &str) {
    let _ = writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\" \
         fill=\"{colour}\" shape-rendering=\"crispEdges\"/>"
    );
}

/// The colours of the theme are all given as red, green and blue.
fn colour(colour: Color, usual: &str) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        _ => usual.to_owned(),
    }
}
