//! Listening and stopping.

use crate::error::Fault;
use axum::Router;
use axum::serve::ListenerExt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long answers under way may take once the listener stops.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Takes the address.
///
/// # Errors
/// In words for the operator: a busy port, a forbidden one, an address that this machine does not have.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address).await.map_err(|e| {
        Fault::Other(match e.kind() {
            ErrorKind::AddrInUse => format!("{address} is taken by another program: stop that, or choose another port with [web] bind (or --bind)"),
            ErrorKind::PermissionDenied => format!("this user may not listen on {address}: choose a port from 1024 on with [web] bind (or --bind)"),
            ErrorKind::AddrNotAvailable => format!("this machine has no address {}: see [web] bind", address.ip()),
            _ => format!("can't listen on {address}: {e}"),
        })
    })
}

/// Serves until `shutdown`: then takes no new connection, finishes the answers under way (some seconds at most), and
/// returns. Sockets and streams that routes opened end by the routes' own care.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> Result<(), Fault> {
    // a small answer must not wait for the peer's acknowledgement of the one before
    let listener = listener.tap_io(|stream| {
        if let Err(e) = stream.set_nodelay(true) {
            tracing::debug!("TCP_NODELAY: {e}");
        }
    });
    let stop = shutdown.clone();
    let served = axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
    tokio::select! {
        ended = served => ended.map_err(|e| Fault::Other(format!("the web listener broke: {e}"))),
        () = async { shutdown.cancelled().await; tokio::time::sleep(LAST_ANSWERS).await } => {
            tracing::warn!("some web requests were cut short");
            Ok(())
        }
    }
}
