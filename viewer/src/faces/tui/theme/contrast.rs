//! How well one colour can be read on another, as the Web Content Accessibility
//! Guidelines have it: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
#![cfg(test)]

use super::Meaning;
use super::palette::Palette;

/// The least for text.
const READABLE: f64 = 4.5;

/// What people have behind their text, as red, green and blue.
const DARK: [u32; 5] = [0x000000, 0x1e1e2e, 0x282828, 0x002b36, 0x2e3440];
const LIGHT: [u32; 5] = [0xffffff, 0xfafafa, 0xfdf6e3, 0xfbf1c7, 0xeeeeee];

fn luminance(rgb: u32) -> f64 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        match share <= 0.04045 {
            true => share / 12.92,
            false => ((share + 0.055) / 1.055).powf(2.4),
        }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colour with this index of the 256, of which the first sixteen are the user's.
fn of_index(index: u8) -> u32 {
    let grey = |level: u32| level << 16 | level << 8 | level;
    let steps = [0, 95, 135, 175, 215, 255];
    match usize::from(index) {
        number @ 232.. => grey(8 + 10 * (number as u32 - 232)),
        number @ 16.. => {
            let cube = number - 16;
            steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6]
        }
        _ => panic!("{index} is whatever the user has chosen"),
    }
}

#[test]
fn contrast_is_that_of_the_guidelines() {
    assert!((contrast(0, 0xffffff) - 21.0).abs() < 1e-9);
    assert!((contrast(0x777777, 0xffffff) - 4.478).abs() < 1e-3);
    assert_eq!(of_index(16), 0);
    assert_eq!(of_index(217), 0xffafaf);
    assert_eq!(of_index(240), 0x585858);
}

#[test]
fn every_colour_can_be_read_on_its_background_and_where_it_is_selected() {
    for (palette, backgrounds) in [(Palette::Dark, DARK), (Palette::Light, LIGHT)] {
        let selection = palette.tones().selection;
        let texts = Meaning::ALL.into_iter();
        let texts = texts.filter(|meaning| *meaning != Meaning::Selected);
        let texts = texts.filter_map(|meaning| palette.tone(meaning));
        for tone in texts.chain(palette.tones_of_series()) {
            let behind = backgrounds.iter().map(|it| (*it, *it));
            let behind = behind.chain([(selection.rgb, of_index(selection.index))]);
            for (true_colour, indexed) in behind {
                let is = contrast(tone.rgb, true_colour);
                assert!(is >= READABLE, "{palette:?} {tone:x?}: {is}");
                let is = contrast(of_index(tone.index), indexed);
                assert!(is >= READABLE, "{palette:?} {tone:?} of 256: {is}");
            }
        }
    }
}

#[test]
fn a_selected_row_is_told_from_the_background() {
    for (palette, backgrounds) in [(Palette::Dark, DARK), (Palette::Light, LIGHT)] {
        let selection = palette.tones().selection;
        for background in backgrounds {
            assert_ne!(selection.rgb, background);
            assert!(contrast(selection.rgb, background) > 1.1);
        }
    }
}
