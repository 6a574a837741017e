//! Tables of GitHub Flavored Markdown. Cells arrive escaped.

/// A table that is written only when it has rows.
pub(super) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    pub(super) fn new(head: &[&'static str]) -> Self {
        Self {
            head: head.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; missing cells are empty.
    pub(super) fn row(&mut self, mut cells: Vec<String>) {
        cells.resize(self.head.len(), String::new());
        self.rows.push(cells);
    }

    /// Writes a heading and the table; nothing where there are no rows. A column that is empty in
    /// every row is left out, so that a table is no wider than what it says.
    pub(super) fn write(self, out: &mut String, heading: &str) {
        if self.rows.is_empty() {
            return;
        }
        if !heading.is_empty() {
            out.push_str(heading);
            out.push_str("\n\n");
        }
        let kept: Vec<usize> = (0..self.head.len())
            .filter(|&column| {
                column == 0
                    || self
                        .rows
                        .iter()
                        .any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()))
            })
            .collect();
        let mut line = |cell: &dyn Fn(usize) -> String| {
            for &column in &kept {
                out.push_str("| ");
                out.push_str(&cell(column));
                out.push(' ');
            }
            out.push_str("|\n");
        };
        line(&|column| {
            self.head
                .get(column)
                .copied()
                .unwrap_or_default()
                .to_owned()
        });
        line(&|_| "---".to_owned());
        for row in &self.rows {
            line(&|column| row.get(column).cloned().unwrap_or_default());
        }
        out.push('\n');
    }
}
