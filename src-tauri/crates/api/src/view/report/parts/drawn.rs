//! A picture of the window that is a picture on paper too.

use countersign_report::model::{Curve, CurveLine, CurveMark};

use super::verdict;
use crate::wire::picture::{self, Picture};
use crate::wire::probe::ProbeResult;

/// The curve of a result with its percentiles in rows, where it has one.
pub(crate) fn curve(result: &ProbeResult) -> Option<Curve> {
    let rows = result.pictures.iter().find_map(|picture| match picture {
        Picture::Rows { rows, .. } if is_percentiles(picture) => Some(rows.clone()),
        _ => None,
    });
    result.pictures.iter().find_map(|picture| match picture {
        Picture::Curve {
            unit, lines, marks, ..
        } => Some(Curve {
            unit: unit.clone(),
            lines: lines.iter().map(line).collect(),
            marks: marks.iter().map(mark).collect(),
            rows: rows.clone().unwrap_or_default(),
        }),
        _ => None,
    })
}

/// Whether this is the table that goes with a curve.
pub(super) fn is_percentiles(picture: &Picture) -> bool {
    matches!(picture, Picture::Rows { columns, .. } if columns.first().is_some_and(|first| first == "percentile"))
}

fn line(line: &picture::CurveLine) -> CurveLine {
    let points = line.points.iter();
    CurveLine {
        name: line.name.clone(),
        points: points.map(|point| (point.percent, point.value)).collect(),
    }
}

fn mark(mark: &picture::CurveMark) -> CurveMark {
    CurveMark {
        text: mark.text.clone(),
        item: mark.item.clone(),
        percent: mark.percent,
        limit: mark.limit,
        measured: mark.measured,
        verdict: verdict(Some(&mark.verdict)),
    }
}
