#![allow(clippy::unwrap_used)]

use std::os::unix::fs::PermissionsExt;

use super::*;

const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 22 0:50 / /home/ada/remote rw shared:1 - fuse.sshfs ada@host: rw
41 22 0:51 / /home/ada/My\\040Share rw - cifs //nas/x rw
42 22 0:52 / /home/ada/phone rw - fuse.jmtpfs jmtpfs rw";

#[test]
fn network_file_systems_are_known_by_number() {
    for (magic, name) in [(0x6969, "nfs"), (0x517B, "smb"), (0xFF53_4D42, "cifs")] {
        assert_eq!(network_file_system(magic, None).as_deref(), Some(name));
    }
    assert_eq!(network_file_system(0xEF53, Some("ext4")), None);
}

#[test]
fn fuse_is_told_apart_by_its_mount() {
    let kind = |path: &str| mounted_as(MOUNTS, Path::new(path));
    assert_eq!(
        kind("/home/ada/remote/store").as_deref(),
        Some("fuse.sshfs")
    );
    assert_eq!(kind("/home/ada/My Share/store").as_deref(), Some("cifs"));
    assert_eq!(kind("/home/ada/remotely").as_deref(), Some("ext4"));
    let share = |path: &str| network_file_system(0x6573_5546, kind(path).as_deref());
    assert_eq!(
        share("/home/ada/remote/store").as_deref(),
        Some("fuse.sshfs")
    );
    assert_eq!(share("/home/ada/phone/store"), None);
}

#[test]
fn a_private_file_is_replaced_whole_and_readable_by_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.key");
    write_private(&path, b"first, and rather long").unwrap();
    write_private(&path, b"second").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"second");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
