//! `zhibu`: see `zhibu --help`.

/// Many small short-lived texts on several threads: what the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    zhibu::cli::main()
}
