//! `zhibu`: see `zhibu --help`.

fn main() -> std::process::ExitCode {
    zhibu::cli::main()
}
