//! Connections to the database, all with the same settings.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// How long a write waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(10);

/// A connection that writes. The file must exist.
pub(crate) fn to_write(path: &Path) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// A connection that only reads. The file must exist.
pub(crate) fn to_read(path: &Path) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// A connection to a database that need not exist yet.
pub(crate) fn to_make(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    )?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    // A database file may come from anywhere: nothing in its schema may run our functions, and no
    // statement may corrupt it (https://sqlite.org/security.html).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "full")?;
    // What is withheld is overwritten, not only marked as free.
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    Ok(connection)
}

/// What `PRAGMA quick_check` finds wrong with the structure, at most a few lines.
pub(crate) fn quick_check(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    findings(connection, "PRAGMA quick_check(5)")
}

/// What `PRAGMA integrity_check` finds wrong: the structure, and indexes against tables.
pub(crate) fn integrity_check(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    findings(connection, "PRAGMA integrity_check(20)")
}

fn findings(connection: &Connection, pragma: &str) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare(pragma)?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    let mut found: Vec<String> = Vec::new();
    for row in rows {
        match row {
            Ok(line) if line == "ok" => {}
            Ok(line) => found.push(line),
            // Damage can stop the check itself; that is a finding too.
            Err(error) if is_damage(&error) => {
                found.push(error.to_string());
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Whether SQLite stopped because the file is not what it wrote.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(
        error.sqlite_error_code(),
        Some(DatabaseCorrupt | NotADatabase)
    )
}
