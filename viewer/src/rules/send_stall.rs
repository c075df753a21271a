//! A channel send that is pending for too long.

use super::rule::{Finding, Group, Look, Rule, task_and_its_wait};
use super::{Limit, Severity, Thresholds};
use crate::model::{Wait, WaitKind};
use crate::words::duration::human;

/// An error if nothing was taken from the channel since the send began, or if
/// the channel is not known: whoever should receive does not. A warning if the
/// channel moves and this sender still gets no room.
pub(super) struct SendStall;

impl Rule for SendStall {
    fn name(&self) -> &'static str {
        "send-stall"
    }

    fn explanation(&self) -> &'static str {
        "A send into a bounded channel has been pending for longer than the threshold, also if \
         its task was polled in between, as in a loop around a `select!`. If nothing was taken \
         from the channel since, whoever should receive does not; if something was, this sender \
         gets no room."
    }

    fn advice(&self) -> &'static str {
        "Look at who should receive: is the receiver kept alive by someone who no longer reads \
         from it? Drop the receiver when its reader is done, or give the send a timeout \
         (`send_timeout`, `tokio::time::timeout`)."
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn warning_while(&self) -> Option<&'static str> {
        Some("while the channel moves")
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Time(&mut limits.send))
    }

    fn watches_wait(&self, wait: &Wait) -> bool {
        wait.kind == WaitKind::MpscSend
    }

    fn judge_wait(&self, look: &Look<'_>, wait: &Wait) -> Option<Finding> {
        let waited = look.model.now.since(wait.since);
        if !self.watches_wait(wait) || waited < look.limits.send {
            return None;
        }
        Some(Finding::of_wait(look.model, wait))
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let model = look.model;
        let longest = group.longest;
        let channel = longest.resource.and_then(|key| model.resources.get(&key));
        let mut message = format!(
            "{} waited {}{} to send",
            group.tasks_have(),
            group.up_to(),
            human(group.longest_for(model)),
        );
        let Some(channel) = channel else {
            message.push_str(" on a channel that is not known");
            return message;
        };
        let name = model.full_channel_text(channel);
        let (on, them) = match group.several_resources {
            true => (" on several channels, the longest on ", "them"),
            false => (" on ", "it"),
        };
        message.push_str(on);
        message.push_str(&name);
        message.push_str(&match longest.moves {
            false => format!("; nothing was taken from {them} since"),
            true if group.several_resources => {
                "; the channels move, but these senders get no room".to_owned()
            }
            true if group.tasks > 1 => {
                "; the channel moves, but these senders get no room".to_owned()
            }
            true => {
                let ago = channel.last_taken.map(|taken| model.now.since(taken));
                let ago = human(ago.unwrap_or_default());
                format!("; the channel moves (last {ago} ago), but this sender gets no room")
            }
        });
        let receiver = channel
            .last_taker
            .and_then(|key| task_and_its_wait(model, key));
        if let Some(receiver) = receiver {
            message.push_str(&format!("; its receiver is {receiver}"));
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{Moment, ResourceKind, TaskState};
    use crate::rules::judge;

    fn stuck(sample: &mut Sample) -> crate::model::ResourceKey {
        let task = sample.task(1);
        let channel = sample.resource(ResourceKind::Mpsc, 18);
        sample.model.resources.get_mut(&channel).unwrap().capacity = Some(3);
        sample.wait_on(task, WaitKind::MpscSend, 90, channel);
        channel
    }

    #[test]
    fn a_send_into_a_channel_that_nobody_reads_is_an_error() {
        let mut sample = Sample::new();
        stuck(&mut sample);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].rule, "send-stall");
        assert_eq!(alerts[0].severity, Severity::Error);
        assert_eq!(
            alerts[0].message,
            "1 task has waited 10s to send on ch#18 (3/3 full); nothing was taken from it since"
        );
    }

    #[test]
    fn a_sender_that_starves_while_the_channel_moves_is_a_warning() {
        let mut sample = Sample::new();
        let channel = stuck(&mut sample);
        let channel = sample.model.resources.get_mut(&channel).unwrap();
        channel.last_taken = Some(Moment::from_nanos(99_000_000_000));
        let alerts = judge(&sample.model);
        assert_eq!(alerts[0].severity, Severity::Warning);
        assert!(alerts[0].message.contains("moves (last 1s ago)"));
    }

    #[test]
    fn what_was_taken_before_the_send_began_does_not_excuse() {
        let mut sample = Sample::new();
        let channel = stuck(&mut sample);
        let channel = sample.model.resources.get_mut(&channel).unwrap();
        channel.last_taken = Some(Moment::from_nanos(80_000_000_000));
        assert_eq!(judge(&sample.model)[0].severity, Severity::Error);
    }

    #[test]
    fn a_send_below_the_threshold_is_fine() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::MpscSend, 96);
        assert!(judge(&sample.model).is_empty());
    }

    #[test]
    fn a_server_that_is_idle_on_receive_is_fine() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::MpscRecv, 1);
        sample.wait(task, WaitKind::Sleep, 1);
        assert!(judge(&sample.model).is_empty());
    }

    #[test]
    fn a_stuck_send_stays_stuck_while_its_task_runs_for_a_moment() {
        let mut sample = Sample::new();
        stuck(&mut sample);
        let task = *sample.model.tasks.keys().next().unwrap();
        sample.state(task, TaskState::Running);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].example.wait, "mpsc send");
    }

    #[test]
    fn an_unknown_channel_is_an_error_too() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::MpscSend, 90);
        let alerts = judge(&sample.model);
        assert_eq!(alerts[0].severity, Severity::Error);
        assert!(alerts[0].message.ends_with("a channel that is not known"));
        assert_eq!(alerts[0].example.resource, None);
    }

    #[test]
    fn each_task_with_its_own_channel_is_one_alert_for_their_site() {
        let mut sample = Sample::new();
        stuck(&mut sample);
        stuck(&mut sample);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].tasks, 2);
        assert_eq!(
            alerts[0].message,
            "2 tasks have waited up to 10s to send on several channels, the longest on ch#18 \
             (3/3 full); nothing was taken from them since"
        );
    }

    #[test]
    fn the_receiver_and_what_it_waits_for_are_named() {
        let mut sample = Sample::new();
        let channel = stuck(&mut sample);
        let receiver = sample.task(4702);
        sample.wait(receiver, WaitKind::MutexLock, 99);
        sample.model.resources.get_mut(&channel).unwrap().last_taker = Some(receiver);
        let message = &judge(&sample.model)[0].message;
        let expected = "its receiver is task 4702, which waits for mutex lock";
        assert!(message.ends_with(expected), "{message}");
    }
}
