#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn steps_are_dated_and_in_order() {
    let names: Vec<_> = MIGRATIONS.iter().map(|step| step.name).collect();
    assert!(names.is_sorted());
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("20") && name.get(10..11) == Some("-"))
    );
}

#[test]
fn every_older_version_reaches_the_latest_schema() {
    let schema = |connection: &Connection| -> Vec<String> {
        let mut query = connection
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
            .unwrap();
        query
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let mut whole = Connection::open_in_memory().unwrap();
    migrate(&mut whole, MIGRATIONS, LATEST).unwrap();
    for from in 0..=LATEST {
        let mut older = Connection::open_in_memory().unwrap();
        migrate(&mut older, MIGRATIONS, from).unwrap();
        assert_eq!(version(&older).unwrap(), from);
        migrate(&mut older, MIGRATIONS, LATEST).unwrap();
        assert_eq!(version(&older).unwrap(), LATEST);
        assert_eq!(schema(&older), schema(&whole));
    }
}

#[test]
fn a_step_that_fails_leaves_the_version_before_it() {
    let steps = [
        Migration {
            name: "1",
            sql: "CREATE TABLE one (a INTEGER) STRICT;",
        },
        Migration {
            name: "2",
            sql: "CREATE TABLE two (a INTEGER) STRICT; INSERT INTO none VALUES (1);",
        },
    ];
    let mut connection = Connection::open_in_memory().unwrap();
    assert!(migrate(&mut connection, &steps, 2).is_err());
    assert_eq!(version(&connection).unwrap(), 1);
    let two: bool = connection
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'two')",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(!two);
}
