//! A connection for one look, or for a look over some time.

use std::time::Duration;

use taskmon_proto::v1::Hello;

use super::feed::Feed;
use super::{Target, WatchError};
use crate::model::Model;

/// A stream and the picture that it draws. It is not repaired when it breaks: see
/// [`super::Watcher`] for that.
pub struct Session {
    feed: Feed,
    model: Model,
}

impl Session {
    /// Connects to `target`, which is to send an update every `interval`.
    ///
    /// # Errors
    ///
    /// If it cannot be reached, refuses, or is not a taskmon program. This takes
    /// seconds at most.
    pub async fn connect(target: &Target, interval: Duration) -> Result<Session, WatchError> {
        Session::begin(target, Feed::open(target, interval).await?)
    }

    /// The same without stacks: a program that was built with much debug info
    /// needs seconds for the first of them, in which it sends nothing.
    ///
    /// # Errors
    ///
    /// As [`Session::connect`].
    pub async fn connect_without_stacks(
        target: &Target,
        interval: Duration,
    ) -> Result<Session, WatchError> {
        let opened = Feed::open_with(target, interval, false).await?;
        Session::begin(target, opened)
    }

    fn begin(target: &Target, (feed, hello): (Feed, Hello)) -> Result<Session, WatchError> {
        let mut model = Model::default();
        model
            .apply_hello(hello)
            .map_err(|error| WatchError::fold(target, &error))?;
        Ok(Session { feed, model })
    }

    /// The picture as last received; see [`Model::complete`].
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The picture as last received, without the connection.
    pub fn into_model(self) -> Model {
        self.model
    }

    /// Waits until the next update is in the picture, whole. It may be dropped
    /// before it is ready without loss, but then the picture may hold a part of
    /// an update.
    ///
    /// # Errors
    ///
    /// If the connection is lost or what it brings cannot be understood. The
    /// picture stays readable.
    pub async fn next(&mut self) -> Result<&Model, WatchError> {
        loop {
            let page = self.feed.page().await?;
            let whole = self
                .model
                .apply_page(page)
                .map_err(|error| WatchError::fold(self.feed.target(), &error))?;
            if whole {
                return Ok(&self.model);
            }
        }
    }
}

/// Connects and waits for the first whole picture.
///
/// # Errors
///
/// As [`Session::connect`] and [`Session::next`].
pub async fn look(target: &Target) -> Result<Model, WatchError> {
    let mut session = Session::connect(target, Duration::ZERO).await?;
    session.next().await?;
    Ok(session.model)
}
