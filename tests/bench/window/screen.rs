//! What a display shows, frame by frame, read from the memory of the display itself: nothing runs in
//! the window that is measured, and nothing of it has to take part.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the display is looked at; the resolution of every time that is taken here.
const EVERY: Duration = Duration::from_millis(3);
/// A picture that has not changed for so long is finished.
const REST: Duration = Duration::from_millis(1500);
/// The same where nobody knows yet what the finished picture looks like.
const REST_AT_FIRST: Duration = Duration::from_secs(5);
/// The longest that a window may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// One row in so many is looked at.
const ROW_STEP: usize = 2;
/// How much of a window may still change after it counts as painted: one pixel in a thousand, which
/// is less than a word. A caret or a clock is smaller.
const STILL_MOVES: f64 = 0.001;
/// How much of a window may differ from one start to the next, such as the time of day.
const NEXT_TIME: f64 = 0.03;
/// How far a colour's part may be off, of 255: the engine does not smooth the same edge twice alike.
const SAME_COLOUR: u8 = 64;

/// The pixels of a display, in a file that the display keeps.
pub struct Screen {
    file: File,
    pixels_at: u64,
    row_bytes: usize,
    rows: usize,
    /// What it shows without a window.
    bare: Picture,
}

/// What was to be seen at one moment.
#[derive(Clone, PartialEq)]
pub struct Picture(Vec<u8>);

struct Frame {
    at: Instant,
    picture: Picture,
}

impl Screen {
    /// Opens `Xvfb_screen0` in `folder`, on which there is no window yet. Its head is that of an
    /// `xwd` file, in big-endian words.
    pub fn open(folder: &Path) -> Self {
        let file = File::open(folder.join("Xvfb_screen0")).expect("the display keeps its pixels");
        let word = |index: u64| {
            let mut bytes = [0; 4];
            file.read_exact_at(&mut bytes, index * 4)
                .expect("an xwd file has a head");
            u32::from_be_bytes(bytes)
        };
        let (head_bytes, height, row_bytes, colours) = (word(0), word(5), word(12), word(19));
        let mut screen = Self {
            pixels_at: u64::from(head_bytes) + u64::from(colours) * 12,
            row_bytes: row_bytes as usize,
            rows: height as usize,
            file,
            bare: Picture(Vec::new()),
        };
        screen.bare = screen.look();
        screen
    }

    fn look(&self) -> Picture {
        let mut pixels = vec![0; self.row_bytes * self.rows.div_ceil(ROW_STEP)];
        for (row, into) in pixels.chunks_mut(self.row_bytes).enumerate() {
            let offset = self.pixels_at + (row * ROW_STEP * self.row_bytes) as u64;
            self.file
                .read_exact_at(into, offset)
                .expect("the display is still there");
        }
        Picture(pixels)
    }

    /// Waits until a window is painted and rests. Returns the moment from which on it looked as it
    /// then stays, and that picture; `finished` is the picture of an earlier start of `what`.
    pub fn painted(&self, what: &str, finished: Option<&Picture>) -> (Instant, Picture) {
        let began = Instant::now();
        let rest = finished.map_or(REST_AT_FIRST, |_| REST);
        let mut frames: Vec<Frame> = Vec::new();
        loop {
            let (at, picture) = (Instant::now(), self.look());
            if frames.last().map_or(&self.bare, |frame| &frame.picture) != &picture {
                frames.push(Frame { at, picture });
            } else if let Some(last) = frames.last()
                && last.at.elapsed() > rest
                && finished.is_none_or(|known| self.alike(&last.picture, known, NEXT_TIME))
            {
                break;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{what}: no finished window appeared; {} frames were seen",
                frames.len()
            );
            std::thread::sleep(EVERY);
        }
        let last = frames.last().expect("the loop ends with a frame");
        let same = frames
            .iter()
            .rev()
            .take_while(|frame| self.alike(&frame.picture, &last.picture, STILL_MOVES))
            .last()
            .expect("the last frame is like itself");
        (same.at, last.picture.clone())
    }

    /// Waits until the window is gone.
    pub fn cleared(&self) {
        let began = Instant::now();
        while self.look() != self.bare {
            assert!(began.elapsed() < PATIENCE, "the window did not go");
            std::thread::sleep(EVERY);
        }
    }

    /// Whether two pictures differ in no more than this part of the second's window.
    fn alike(&self, one: &Picture, other: &Picture, part: f64) -> bool {
        let window = differing(other, &self.bare);
        differing(one, other) as f64 <= window as f64 * part
    }
}

fn differing(one: &Picture, other: &Picture) -> usize {
    let other_colour = |(one, other): &(&[u8], &[u8])| {
        let parts = one.iter().zip(other.iter());
        one != other && parts.into_iter().any(|(a, b)| a.abs_diff(*b) > SAME_COLOUR)
    };
    let pixels = one.0.chunks_exact(4).zip(other.0.chunks_exact(4));
    pixels.filter(other_colour).count()
}
