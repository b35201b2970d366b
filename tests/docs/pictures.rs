//! docs/images/example-light.svg and example-dark.svg: the example of the README on a terminal. Text and colors are
//! those of the binary.

use std::process::Command;

use anstyle::{Color, RgbColor};
use anstyle_lossy::palette::Palette;
use anstyle_svg::Term;

/// Colors of a page: its text, its background, the 16 colors of a terminal.
struct Theme {
    text: RgbColor,
    background: RgbColor,
    palette: Palette,
}

const fn rgb(hex: u32) -> RgbColor {
    RgbColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Bright colors have the same value as the others.
const fn palette([red, green, yellow, blue, magenta, cyan]: [u32; 6], [black, white]: [u32; 2]) -> Palette {
    let half = [rgb(black), rgb(red), rgb(green), rgb(yellow), rgb(blue), rgb(magenta), rgb(cyan), rgb(white)];
    let [a, b, c, d, e, f, g, h] = half;
    Palette([a, b, c, d, e, f, g, h, a, b, c, d, e, f, g, h])
}

const THEMES: [(&str, Theme); 2] = [
    (
        "light",
        Theme {
            text: rgb(0x1f_23_28),
            background: rgb(0xff_ff_ff),
            palette: palette([0xcf222e, 0x116329, 0x7d4e00, 0x0550ae, 0x8250df, 0x1b7c83], [0x24292f, 0x6e7781]),
        },
    ),
    (
        "dark",
        Theme {
            text: rgb(0xe6_ed_f3),
            background: rgb(0x0d_11_17),
            palette: palette([0xff7b72, 0x3fb950, 0xe3b341, 0x79c0ff, 0xbc8cff, 0x39c5cf], [0x484f58, 0xb1bac4]),
        },
    ),
];

/// Paths and content of the images.
pub fn all() -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "100")
        .args(["--no-config", "--color", "always", "examples/responses/partial.json"])
        .output()
        .expect("it runs");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    let text = format!("$ callcheck examples/responses/partial.json\n{out}{err}");
    let picture = |theme: &Theme| {
        let term =
            Term::new().palette(theme.palette).fg_color(Color::Rgb(theme.text)).bg_color(Color::Rgb(theme.background));
        term.render_svg(text.trim_end())
    };
    THEMES.iter().map(|(name, theme)| (format!("docs/images/example-{name}.svg"), picture(theme))).collect()
}
