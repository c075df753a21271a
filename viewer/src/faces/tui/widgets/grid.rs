//! Several panels beside and below each other.

use ratatui::layout::Rect;

/// The least room that a panel is of use with.
const WIDTH: u16 = 36;
const HEIGHT: u16 = 6;
/// Between panels that are side by side.
const GAP: u16 = 2;

/// The places of `count` panels in `area`: side by side as far as there is room, and
/// below each other. Those that have no room are left out.
pub fn areas(area: Rect, count: usize) -> Vec<Rect> {
    if area.is_empty() || count == 0 {
        return Vec::new();
    }
    let rows_of_room = usize::from((area.height / HEIGHT).max(1));
    let columns_of_room = usize::from((area.width / WIDTH).max(1));
    // As few columns as all fit with: wide panels show more of the past.
    let columns = count.div_ceil(rows_of_room).min(columns_of_room);
    // What must be beside each other may as well be so in every row.
    let columns = columns.max(if columns_of_room > 1 && count > 1 {
        2
    } else {
        1
    });
    let rows = count.div_ceil(columns).min(rows_of_room);
    let heights = parts(area.height, rows, 0);
    let widths = parts(area.width, columns, GAP);
    let cells = heights.iter().flat_map(|(y, height)| {
        widths.iter().map(move |(x, width)| Rect {
            x: area.x + x,
            y: area.y + y,
            width: *width,
            height: *height,
        })
    });
    cells.take(count).filter(|cell| !cell.is_empty()).collect()
}

/// The beginning and the length of each of `count` parts of `length`, with a gap
/// between each two of them. The last has what is left.
fn parts(length: u16, count: usize, gap: u16) -> Vec<(u16, u16)> {
    let count = u16::try_from(count).unwrap_or(u16::MAX).max(1);
    let step = length / count;
    let part = |number: u16| {
        let begin = number * step;
        let is_last = number + 1 == count;
        let end = if is_last { length } else { begin + step };
        let gap = if is_last { 0 } else { gap };
        (begin, (end - begin).saturating_sub(gap))
    };
    (0..count).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::SIZES;
    use super::*;

    #[test]
    fn panels_are_beside_each_other_where_there_is_room() {
        let places = |width, height, count| areas(Rect::new(0, 0, width, height), count);
        assert_eq!(places(80, 24, 4).len(), 4);
        assert_eq!(places(80, 24, 4)[1].y, 0);
        assert_eq!(places(80, 24, 4)[2].x, 0);
        // Below each other on a narrow one, and no more than have room.
        assert!(places(40, 24, 6).iter().all(|it| it.x == 0));
        assert_eq!(places(40, 24, 6).len(), 4);
        assert_eq!(places(200, 60, 6).len(), 6);
    }

    #[test]
    fn they_never_overlap_or_leave_their_area() {
        for width in SIZES {
            for height in SIZES {
                for count in [0, 1, 2, 3, 7, 100] {
                    let area = Rect::new(3, 4, width, height);
                    let places = areas(area, count);
                    assert!(places.len() <= count);
                    for (number, place) in places.iter().enumerate() {
                        assert_eq!(place.intersection(area), *place);
                        let others = &places[number + 1..];
                        assert!(others.iter().all(|it| !it.intersects(*place)));
                    }
                }
            }
        }
    }
}
