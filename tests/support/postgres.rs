//! A PostgreSQL server of the test process's own: started once, on a socket in a temporary directory, gone with the
//! process however it ends.
//!
//! The server runs under a shell that waits on a pipe of ours. When this process ends, by return, panic or SIGKILL,
//! the pipe closes, and the shell stops the server and removes its directory.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether this machine has a server to start.
pub fn present() -> bool {
    bin().is_some()
}

/// The address of a new, empty database.
pub fn fresh() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let server = server();
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::SeqCst));
    let made = Command::new(server.bin.join("psql"))
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", &server.dir, "-U", "postgres", "-d", "postgres", "-c", &format!("CREATE DATABASE {name}")])
        .output()
        .expect("psql starts");
    assert!(made.status.success(), "CREATE DATABASE: {}", String::from_utf8_lossy(&made.stderr));
    format!("postgres://postgres@localhost/{name}?host={}", server.dir)
}

struct Server {
    bin: PathBuf,
    /// Where its socket is.
    dir: String,
    /// Open for as long as this process lives.
    _pipe: std::process::ChildStdin,
}

/// On PATH, or where Debian puts it; the newest.
fn bin() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").into_iter().flat_map(|p| std::env::split_paths(&p).collect::<Vec<_>>());
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .collect();
    versions.sort();
    on_path
        .chain(versions.into_iter().rev().map(|v| v.1))
        .find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file() && dir.join("psql").is_file())
}

/// Sorting is ICU's where the server has it: the program must not depend on the database's own collation.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d "${TMPDIR:-/tmp}/zhibu-pg.XXXXXX")
trap 'rm -rf "$dir"' EXIT
"$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 -N --locale=C --locale-provider=icu --icu-locale=zh-CN >"$dir/initdb.log" 2>&1 ||
    { rm -rf "$dir/data"; "$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 -N --locale=C >"$dir/initdb.log" 2>&1; } || { cat "$dir/initdb.log"; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -h '' -F -c max_connections=300 -c full_page_writes=off -c shared_buffers=64MB \
    -c log_min_messages=fatal </dev/null >"$dir/server.log" 2>&1 &
server=$!
for i in $(seq 300); do
    "$1/pg_isready" -q -h "$dir" -U postgres && break
    kill -0 $server 2>/dev/null || { cat "$dir/server.log"; exit 1; }
    sleep 0.1
done
echo "READY $dir"
read _ || true
kill -QUIT $server
wait $server || true
"#;

#[expect(clippy::zombie_processes, reason = "the shell outlives this process by design: it cleans up after it")]
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let bin = bin().expect("tests that need PostgreSQL are ignored where it is not installed");
        // PostgreSQL refuses to run as root
        let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0\n"));
        let mut command = if root {
            let mut c = Command::new("runuser");
            c.args(["-u", "postgres", "--", "sh", "-c", SCRIPT, "sh"]);
            c
        } else {
            let mut c = Command::new("sh");
            c.args(["-c", SCRIPT, "sh"]);
            c
        };
        let mut child = command.arg(&bin).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell starts");
        let mut said = String::new();
        for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
            let line = line.expect("the shell's output is text");
            if let Some(dir) = line.strip_prefix("READY ") {
                return Server { bin, dir: dir.to_owned(), _pipe: child.stdin.take().expect("piped") };
            }
            said.push_str(&line);
            said.push('\n');
        }
        panic!("PostgreSQL did not start: {said}");
    })
}
