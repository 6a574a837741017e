//! Tells Tauri where this repository keeps its capabilities and permissions.
//!
//! A command that no file under `permissions/` names cannot be allowed by a
//! capability, and so cannot be called from the window at all.

use tauri_build::{AppManifest, Attributes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri_build::try_build(
        Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(
                AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*"),
            ),
    )?;
    Ok(())
}
