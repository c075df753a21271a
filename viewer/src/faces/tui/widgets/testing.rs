//! Draws for tests.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

/// What no width and no height may be too little or too much for.
pub(super) const SIZES: [u16; 9] = [0, 1, 2, 3, 5, 8, 20, 79, 200];

/// What a value may be, whatever sense it makes.
pub(super) const ODD: [Option<f64>; 10] = [
    None,
    Some(f64::NAN),
    Some(f64::INFINITY),
    Some(f64::NEG_INFINITY),
    Some(f64::MAX),
    Some(f64::MIN),
    Some(f64::MIN_POSITIVE),
    Some(-1.0),
    Some(0.0),
    Some(1.0),
];

/// The lines that `widget` draws, without what is empty at their ends.
pub(super) fn lines(widget: impl Widget, width: u16, height: u16) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    widget.render(area, &mut buffer);
    let rows = buffer.content.chunks(usize::from(width.max(1)));
    rows.map(|row| {
        let text: String = row.iter().map(Cell::symbol).collect();
        text.trim_end().to_owned()
    })
    .collect()
}
