use std::io::Error;

use super::*;

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn a_file_is_not_replaced_unless_asked() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    write_bytes(&path, Access::Public, Existing::Keep, b"one").expect("new");
    let again = write_bytes(&path, Access::Public, Existing::Keep, b"two");
    assert!(matches!(again, Err(FileError::Exists { .. })), "{again:?}");
    assert_eq!(fs::read(&path).expect("there"), b"one");
    write_bytes(&path, Access::Public, Existing::Replace, b"two").expect("replaced");
    assert_eq!(fs::read(&path).expect("there"), b"two");
    assert_eq!(names(directory.path()), ["key"]);
}

#[test]
fn a_failure_half_way_leaves_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    let result = write(&path, Access::Owner, Existing::Keep, |out| {
        out.write_all(b"half")?;
        Err(Error::other("full"))
    });
    assert!(matches!(result, Err(FileError::Write { .. })), "{result:?}");
    assert!(names(directory.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_secret_file_is_its_owners_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let (secret, public) = (directory.path().join("a.opening"), directory.path().join("b.vk"));
    write_bytes(&secret, Access::Owner, Existing::Keep, b"").expect("new");
    write_bytes(&public, Access::Public, Existing::Keep, b"").expect("new");
    fs::set_permissions(&public, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("own");
    assert!(!is_exposed(&secret));
    assert!(is_exposed(&public));
}

#[test]
fn what_is_too_long_is_not_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("long");
    fs::write(&path, [0; 11]).expect("written");
    assert!(matches!(read(&path, "test", 10), Err(FileError::TooLong { limit: 10, .. })));
    assert_eq!(read(&path, "test", 11).expect("fits").len(), 11);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_end_is_read_up_to_the_bound() {
    assert!(matches!(read(Path::new("/dev/zero"), "test", 10), Err(FileError::TooLong { .. })));
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_not_replaced() {
    let result = check_target(Path::new("/dev/null"), Existing::Replace);
    assert!(matches!(result, Err(FileError::NotAFile { .. })), "{result:?}");
}

#[test]
fn a_missing_directory_is_named_with_the_remedy() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("none").join("key");
    let error = check_target(&path, Existing::Keep).expect_err("no directory");
    assert!(error.hint().is_some_and(|hint| hint.starts_with("mkdir -p ")), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_has_no_name_before_it_is_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.pk");
    for existing in [Existing::Keep, Existing::Replace] {
        let unpublished = prepare(&path, Access::Owner, existing, |out| {
            out.write_all(&[7; 3 << 20])?;
            out.write_all(b"end")?;
            assert!(!names(directory.path()).iter().any(|name| name != "a.pk"));
            Ok(())
        });
        let unpublished = unpublished.expect("written");
        assert!(!names(directory.path()).iter().any(|name| name != "a.pk"));
        unpublished.publish().expect("published");
        assert_eq!(names(directory.path()), ["a.pk"]);
        assert_eq!(fs::read(&path).expect("there"), [&[7; 3 << 20][..], b"end"].concat());
        assert!(!is_exposed(&path));
    }
}

/// On systems without nameless files, files have names of their own, and the same promises but
/// for SIGKILL.
#[test]
fn a_named_temporary_file_takes_its_name_or_goes() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    let begin = || Temporary::named(directory.path(), Access::Owner).expect("begun");
    drop(begin());
    assert!(names(directory.path()).is_empty());
    begin().take_name(&path, Existing::Keep).expect("new");
    let again = begin().take_name(&path, Existing::Keep).map_err(|error| error.kind());
    assert_eq!(again, Err(io::ErrorKind::AlreadyExists));
    begin().take_name(&path, Existing::Replace).expect("replaced");
    assert_eq!(names(directory.path()), ["key"]);
}

#[test]
fn directories_that_stay_empty_go_and_others_stay() {
    let directory = tempfile::tempdir().expect("a directory");
    let (used, unused) = (directory.path().join("a/b"), directory.path().join("c/d"));
    let made = [super::directory(&used).expect("made"), super::directory(&unused).expect("made")];
    write_bytes(&used.join("key"), Access::Owner, Existing::Keep, b"").expect("written");
    assert!(unused.is_dir());
    drop(made);
    assert_eq!(names(directory.path()), ["a"]);
    assert_eq!(names(&used), ["key"]);
    // What was there before stays, empty or not.
    fs::create_dir(directory.path().join("e")).expect("a directory");
    drop(super::directory(&directory.path().join("e")).expect("there"));
    assert!(directory.path().join("e").is_dir());
    let file = super::directory(&used.join("key")).expect_err("a file");
    assert!(matches!(file, FileError::NotADirectory { .. }), "{file:?}");
}

#[test]
fn a_name_that_is_too_long_is_refused_before_anything_is_done() {
    let directory = tempfile::tempdir().expect("a directory");
    for (length, fits) in [(255, true), (256, false)] {
        let path = directory.path().join("n".repeat(length));
        assert_eq!(check_target(&path, Existing::Keep).is_ok(), fits, "{length}");
        assert_eq!(
            write_bytes(&path, Access::Public, Existing::Replace, b"x").is_ok(),
            fits,
            "{length}"
        );
    }
}
