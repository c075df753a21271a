//! What a theme is made of.

use ratatui::style::{Color, Modifier};

use super::*;

fn theme(palette: PaletteChoice, depth: Depth) -> Theme {
    let look = Look {
        palette,
        depth: Some(depth),
        ascii: Some(false),
        colours: Vec::new(),
    };
    Theme::new(&look, &Environment::default())
}

const PALETTES: [PaletteChoice; 3] = [
    PaletteChoice::Terminal,
    PaletteChoice::Dark,
    PaletteChoice::Light,
];

fn is_coloured(style: Style) -> bool {
    style.fg.is_some() || style.bg.is_some()
}

#[test]
fn without_colours_there_are_none() {
    for palette in PALETTES {
        let theme = theme(palette, Depth::None);
        for meaning in Meaning::ALL {
            assert!(!is_coloured(theme.style(meaning)), "{meaning:?}");
        }
        for line in 0..10 {
            assert!(!is_coloured(theme.series(line)));
        }
    }
}

#[test]
fn no_more_colours_are_used_than_there_are() {
    for palette in PALETTES {
        let sixteen = theme(palette, Depth::Sixteen);
        let many = theme(palette, Depth::Many);
        for meaning in Meaning::ALL {
            let few = sixteen.style(meaning);
            for colour in [few.fg, few.bg].into_iter().flatten() {
                assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)));
                // As the text or the background is on some terminals.
                assert!(!matches!(
                    colour,
                    Color::Black | Color::White | Color::Gray | Color::DarkGray
                ));
            }
            let many = many.style(meaning);
            for colour in [many.fg, many.bg].into_iter().flatten() {
                assert!(!matches!(colour, Color::Rgb(..)));
            }
        }
    }
}

#[test]
fn the_terminals_own_colours_stay_its_own_however_many_it_has() {
    let terminal = theme(PaletteChoice::Terminal, Depth::True);
    assert_eq!(terminal.style(Meaning::Stuck).fg, Some(Color::Red));
    assert_eq!(terminal.style(Meaning::Waiting).fg, None);
    let dark = theme(PaletteChoice::Dark, Depth::True);
    assert!(matches!(
        dark.style(Meaning::Stuck).fg,
        Some(Color::Rgb(..))
    ));
}

#[test]
fn what_must_be_seen_is_seen_without_colours() {
    for palette in PALETTES {
        for depth in Depth::NAMED.map(|(_, depth)| depth) {
            let theme = theme(palette, depth);
            for meaning in [
                Meaning::Stuck,
                Meaning::Selected,
                Meaning::Header,
                Meaning::Heading,
                Meaning::Link,
                Meaning::Match,
                Meaning::Notice,
                Meaning::Key,
            ] {
                let shown = theme.style(meaning).add_modifier;
                assert_ne!(shown, Modifier::empty(), "{meaning:?} {depth:?}");
            }
        }
    }
}

#[test]
fn the_users_own_colours_are_used_where_the_terminal_can_show_them() {
    let mine = |depth| {
        let look = Look {
            palette: PaletteChoice::Dark,
            depth: Some(depth),
            ascii: None,
            colours: vec![
                (Meaning::Stuck, Color::Rgb(1, 2, 3)),
                (Meaning::Selected, Color::Blue),
            ],
        };
        Theme::new(&look, &Environment::default())
    };
    let shown = mine(Depth::True);
    assert_eq!(shown.style(Meaning::Stuck).fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(shown.selected().bg, Some(Color::Blue));
    let few = mine(Depth::Sixteen);
    assert_eq!(few.style(Meaning::Stuck).fg, Some(Color::Red));
    assert_eq!(few.selected().bg, Some(Color::Blue));
    assert!(!is_coloured(mine(Depth::None).selected()));
}

#[test]
fn every_meaning_is_at_its_number_and_has_a_name_of_its_own() {
    for (number, meaning) in Meaning::ALL.into_iter().enumerate() {
        assert_eq!(meaning as usize, number);
        let others = Meaning::ALL.iter().filter(|it| it.name() == meaning.name());
        assert_eq!(others.count(), 1);
    }
}
