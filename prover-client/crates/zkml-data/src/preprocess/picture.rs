//! Pictures as planes of 8-bit pixels.

use zkml_model::manifest::Ink;

/// One plane (gray) or three (red, green, blue), each row by row. Sides are at least 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub height: usize,
    pub width: usize,
    pub planes: Vec<Vec<u8>>,
}

/// A picture as decoded: pixels of red, green, blue and alpha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub height: usize,
    pub width: usize,
    pub pixels: Vec<[u8; 4]>,
    /// Its orientation by EXIF, 1 to 8.
    pub orientation: u8,
}

/// ITU-R BT.601 luma, rounded; of a gray pixel its own value.
fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) + 500) / 1000) as u8
}

impl Decoded {
    /// The picture as it is to be seen.
    ///
    /// | orientation | row 0 is the seen | column 0 is the seen |
    /// |---|---|---|
    /// | 1, 2, 3, 4 | top, top, bottom, bottom | left, right, right, left |
    /// | 5, 6, 7, 8 | left, right, right, left | top, top, bottom, bottom |
    pub fn upright(self) -> Self {
        let Self { height, width, pixels, orientation } = self;
        let (rows, columns) = if orientation >= 5 { (width, height) } else { (height, width) };
        // The place in the file of what is seen at a row and a column.
        let place = |y: usize, x: usize| match orientation {
            2 => (y, width - 1 - x),
            3 => (height - 1 - y, width - 1 - x),
            4 => (height - 1 - y, x),
            5 => (x, y),
            6 => (height - 1 - x, y),
            7 => (height - 1 - x, width - 1 - y),
            8 => (x, width - 1 - y),
            _ => (y, x),
        };
        let seen = (0..rows).flat_map(|y| (0..columns).map(move |x| place(y, x)));
        let seen = seen.filter_map(|(y, x)| pixels.get(y * width + x).copied()).collect();
        Self { height: rows, width: columns, pixels: seen, orientation: 1 }
    }

    /// Composites the picture onto an opaque ground.
    pub fn flatten(self, ink: Ink) -> Flat {
        let transparent = self.pixels.iter().any(|p| p[3] < 255);
        let ground = if transparent { self.ground(ink) } else { 0 };
        let blend = |colour: u8, alpha: u8| {
            let (c, a, g) = (u32::from(colour), u32::from(alpha), u32::from(ground));
            ((c * a + g * (255 - a) + 127) / 255) as u8
        };
        let pixels = self
            .pixels
            .iter()
            .map(|[r, g, b, a]| [blend(*r, *a), blend(*g, *a), blend(*b, *a)])
            .collect();
        let ground = transparent.then_some(ground);
        Flat { height: self.height, width: self.width, pixels, ground }
    }

    /// The manifest's ground, unless what is visible in a picture with a transparent ground would
    /// vanish on it.
    fn ground(&self, ink: Ink) -> u8 {
        let wanted = if ink == Ink::LightOnDark { 0 } else { 255 };
        let (mut sum, mut weight, mut clear) = (0u64, 0u64, false);
        for [r, g, b, a] in &self.pixels {
            sum += u64::from(luma([*r, *g, *b])) * u64::from(*a);
            weight += u64::from(*a);
            clear |= *a < 128;
        }
        let visible_is_light = 2 * sum > 255 * weight;
        match ink {
            Ink::LightOnDark if clear && weight > 0 && !visible_is_light => 255,
            Ink::DarkOnLight if clear && weight > 0 && visible_is_light => 0,
            _ => wanted,
        }
    }
}

/// A picture without transparency: pixels of red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flat {
    height: usize,
    width: usize,
    pixels: Vec<[u8; 3]>,
    /// The ground it was put on, if it was transparent.
    pub ground: Option<u8>,
}

impl Flat {
    pub fn grayscale(&self) -> Picture {
        let plane = self.pixels.iter().map(|pixel| luma(*pixel)).collect();
        Picture { height: self.height, width: self.width, planes: vec![plane] }
    }

    pub fn rgb(&self) -> Picture {
        let plane = |channel: usize| self.pixels.iter().map(|pixel| pixel[channel]).collect();
        Picture { height: self.height, width: self.width, planes: (0..3).map(plane).collect() }
    }
}

impl Picture {
    /// Each pixel of the result is the average of the area that it covers, rounded half up.
    pub fn resize(&self, height: usize, width: usize) -> Self {
        let planes =
            self.planes.iter().map(|plane| self.resize_plane(plane, height, width)).collect();
        Self { height, width, planes }
    }

    // In units of 1 / height by 1 / width of a source pixel, the source has `self.height · height`
    // rows, and a pixel of the result covers `self.height` of them: all shares are integers.
    fn resize_plane(&self, plane: &[u8], height: usize, width: usize) -> Vec<u8> {
        let rows: Vec<_> = (0..height).map(|y| shares(y, self.height, height)).collect();
        let columns: Vec<_> = (0..width).map(|x| shares(x, self.width, width)).collect();
        let area = (self.height * self.width) as u64;
        let mut out = Vec::with_capacity(height * width);
        for row in &rows {
            for column in &columns {
                let mut sum = 0u64;
                for (y, share_y) in row {
                    let line = &plane[y * self.width..(y + 1) * self.width];
                    let line: u64 =
                        column.iter().map(|(x, share)| u64::from(line[*x]) * share).sum();
                    sum += line * share_y;
                }
                out.push(((sum + area / 2) / area) as u8);
            }
        }
        out
    }

    /// Returns `true` if the average of the outermost pixels is above the middle.
    pub fn border_is_light(&self) -> bool {
        let (sum, count) = self.border();
        2 * sum > 255 * count
    }

    /// Average of the outermost pixels, rounded half up.
    pub fn border_average(&self) -> u8 {
        let (sum, count) = self.border();
        ((2 * sum + count) / (2 * count).max(1)) as u8
    }

    /// Sum and number of the outermost pixels of all planes.
    fn border(&self) -> (u64, u64) {
        let (h, w) = (self.height, self.width);
        let outermost = |index: &usize| {
            let (y, x) = (index / w, index % w);
            y == 0 || x == 0 || y + 1 == h || x + 1 == w
        };
        let pixels = self.planes.iter().flat_map(|plane| plane.iter().enumerate());
        let border = pixels.filter(|(index, _)| outermost(index));
        border.fold((0, 0), |(sum, count), (_, pixel)| (sum + u64::from(*pixel), count + 1))
    }

    pub fn inverted(mut self) -> Self {
        self.planes.iter_mut().flatten().for_each(|pixel| *pixel = 255 - *pixel);
        self
    }
}

/// The source pixels that pixel `at` of `to` covers on an axis of `from`, each with its share of
/// the `from` units.
fn shares(at: usize, from: usize, to: usize) -> Vec<(usize, u64)> {
    let (start, end) = (at * from, (at + 1) * from);
    (start / to..end.div_ceil(to))
        .map(|source| {
            let (low, high) = ((source * to).max(start), ((source + 1) * to).min(end));
            (source, (high - low) as u64)
        })
        .collect()
}
