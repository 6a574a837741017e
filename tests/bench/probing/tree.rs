//! A source tree of 1 GB, the same on every machine: files of the sizes that source files have, in
//! folders of folders, some of them ignored by git.

use std::fs;
use std::path::{Path, PathBuf};

use crate::desk::bench_folder;

/// Bytes that are to be searched.
const BYTES: u64 = 1_000_000_000;
/// Written when a tree is whole; another number makes all trees grow anew.
const GROWN: &str = "grown-1";

/// The tree.
pub struct Tree {
    /// Its root, a repository.
    pub path: PathBuf,
    /// Files that git does not ignore.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
}

/// The tree, made where it is not there yet.
pub fn grown() -> Tree {
    let path = bench_folder().join("source-tree");
    let stamp = bench_folder().join(GROWN);
    if let Ok(text) = fs::read_to_string(&stamp) {
        let mut numbers = text.split_whitespace().map_while(|word| word.parse().ok());
        if let (Some(files), Some(bytes), true) = (numbers.next(), numbers.next(), path.is_dir()) {
            return Tree { path, files, bytes };
        }
    }
    if path.exists() {
        fs::remove_dir_all(&path).expect("a folder that goes");
    }
    let (files, bytes) = grow(&path);
    fs::write(stamp, format!("{files} {bytes}\n")).expect("a file to write");
    Tree { path, files, bytes }
}

fn grow(root: &Path) -> (u64, u64) {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    fs::create_dir_all(root.join(".git")).expect("a folder");
    fs::write(root.join(".gitignore"), "/build/\n*.log\nnode_modules/\n").expect("a file");
    let (mut files, mut bytes) = (0, 0);
    while bytes < BYTES {
        let folder = folder(root, &mut chance);
        for _ in 0..=chance.below(30) {
            let (name, text) = source(&mut chance, files);
            fs::write(folder.join(name), &text).expect("a file to write");
            files += 1;
            bytes += text.len() as u64;
        }
        // What is built and logged is full of the words that are looked for, and is not searched.
        if chance.below(8) == 0 {
            let left_out = ["build", "node_modules"][chance.below(2)];
            let ignored = match left_out {
                "build" => root.join(left_out),
                name => folder.join(name),
            };
            fs::create_dir_all(&ignored).expect("a folder");
            let text = "TODO FIXME\n".repeat(2000);
            fs::write(ignored.join(format!("{files}.js")), &text).expect("a file to write");
            fs::write(folder.join(format!("{files}.log")), text).expect("a file to write");
        }
    }
    (files, bytes)
}

/// A folder one to five levels deep.
fn folder(root: &Path, chance: &mut Chance) -> PathBuf {
    const NAMES: &[&str] = &[
        "api",
        "billing",
        "cache",
        "charts",
        "client",
        "core",
        "dashboard",
        "events",
        "export",
        "forms",
        "hooks",
        "jobs",
        "mail",
        "maps",
        "model",
        "queue",
        "search",
        "session",
        "sync",
        "views",
    ];
    let mut path = root.join("src");
    for _ in 0..=chance.below(5) {
        path.push(NAMES[chance.below(NAMES.len())]);
    }
    fs::create_dir_all(&path).expect("a folder");
    path
}

/// A file: most have a few kilobytes, few have many.
fn source(chance: &mut Chance, number: u64) -> (String, String) {
    const ENDINGS: &[&str] = &["rs", "ts", "py", "go", "java", "css", "md", "json"];
    const WORDS: &[&str] = &[
        "let",
        "const",
        "return",
        "value",
        "result",
        "request",
        "response",
        "await",
        "async",
        "match",
        "if",
        "else",
        "for",
        "items",
        "state",
        "update",
        "render",
        "config",
        "error",
        "import",
        "from",
        "todo_list",
        "autofixme",
        "total",
        "count",
        "name",
        "index",
        "->",
        "=>",
        "=",
        "==",
        "{",
        "}",
        "(",
        ")",
        ";",
        "0",
        "1",
        "200",
        "\"ok\"",
        "// the",
        "and",
        "of",
    ];
    let length = match chance.below(100) {
        0 => 200_000 + chance.below(800_000),
        1..=9 => 30_000 + chance.below(90_000),
        10..=49 => 6_000 + chance.below(24_000),
        _ => 300 + chance.below(6_000),
    };
    let mut text = String::with_capacity(length + 120);
    while text.len() < length {
        text.push_str(&" ".repeat(4 * chance.below(4)));
        if chance.below(4000) == 0 {
            text.push_str(["// TODO: ", "# FIXME "][chance.below(2)]);
        }
        for _ in 0..2 + chance.below(9) {
            text.push_str(WORDS[chance.below(WORDS.len())]);
            text.push(' ');
        }
        text.push('\n');
    }
    let ending = ENDINGS[chance.below(ENDINGS.len())];
    (format!("file_{number}.{ending}"), text)
}

/// Numbers that are the same everywhere (xorshift64, <https://www.jstatsoft.org/v08/i14/>).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % end
    }
}
