//! Adds, changes and removes tasks, waits, resources and sites.

use taskmon_proto::v1 as wire;

use super::read::{self, Reader};
use super::{FoldError, limits};
use crate::model::{Model, ResourceKey, SiteKey, TaskKey, Wait, WaitKey};

impl Model {
    pub(super) fn apply_task(&mut self, mut task: wire::Task) -> Result<(), FoldError> {
        let key = TaskKey(task.key);
        if self.fold.gone.tasks.contains(&key) {
            return Ok(());
        }
        let mut reader = Reader {
            dictionary: &self.fold.dictionary,
            names: &mut self.fold.names,
            oddities: &mut self.oddities,
            now: self.now,
        };
        let known = self.tasks.get_mut(&key);
        match (task.info.take(), known) {
            (_, _) if key.0 == 0 => reader.odd(),
            (None, None) => reader.odd(),
            (None, Some(known)) => {
                let before = self.timeline.before(known);
                let had = known.waker_waits.len();
                reader.task_changes(&task, known)?;
                let has = known.waker_waits.len();
                self.fold.sums.waker_waits.replace(had, has)?;
                if let Some(before) = before {
                    self.timeline.changed(&before, known, self.now);
                }
            }
            (Some(info), Some(known)) => {
                let waits = std::mem::take(&mut known.waits);
                self.fold.sums.without_task(known);
                *known = reader.task(&task, &info)?;
                self.fold.sums.with_task(known)?;
                known.waits = waits;
            }
            (Some(info), None) => {
                let task = reader.task(&task, &info)?;
                limits::check("tasks", self.tasks.len() + 1, limits::TASKS)?;
                self.fold.sums.with_task(&task)?;
                self.tasks.insert(key, task);
                for wait in self.fold.links.claim_for_task(key) {
                    self.insert_wait(wait);
                }
            }
        }
        Ok(())
    }

    pub(super) fn apply_wait(&mut self, wait: &wire::Wait) -> Result<(), FoldError> {
        let wait = self.reader().wait(wait);
        let gone = &self.fold.gone;
        if gone.waits.contains(&wait.key) || gone.tasks.contains(&wait.task) {
            return Ok(());
        }
        if wait.key.0 == 0 || wait.task.0 == 0 {
            self.odd();
            return Ok(());
        }
        self.fold.links.drop_unclaimed(wait.key);
        if let Some(known) = self.waits.get_mut(&wait.key) {
            let same = |known: &Wait| {
                (known.task, known.resource, &known.kind) == (wait.task, wait.resource, &wait.kind)
            };
            if same(known) {
                *known = wait;
                return Ok(());
            }
            self.take_wait(wait.key);
        }
        let count = self.waits.len() + self.fold.links.unclaimed_count() + 1;
        limits::check("waits", count, limits::WAITS)?;
        self.insert_wait(wait);
        Ok(())
    }

    /// Adds a wait that is not there, or keeps it for when its task arrives.
    fn insert_wait(&mut self, wait: Wait) {
        let Some(task) = self.tasks.get_mut(&wait.task) else {
            let tick = self.fold.whole_ticks;
            return self.fold.links.keep_unclaimed(wait, tick);
        };
        self.fold.links.link(&wait, task, &mut self.resources);
        self.waits.insert(wait.key, wait);
    }

    fn take_wait(&mut self, key: WaitKey) {
        if let Some(wait) = self.waits.remove(&key) {
            self.fold
                .links
                .unlink(&wait, &mut self.tasks, &mut self.resources);
        }
    }

    pub(super) fn apply_resource(&mut self, mut resource: wire::Resource) -> Result<(), FoldError> {
        let key = ResourceKey(resource.key);
        let element_type = match &mut resource.info {
            Some(info) if !info.element_type.is_empty() => {
                let element_type = std::mem::take(&mut info.element_type);
                Some(self.fold.dictionary.keep(element_type)?)
            }
            _ => None,
        };
        if self.fold.gone.resources.contains(&key) {
            return Ok(());
        }
        let mut reader = Reader {
            dictionary: &self.fold.dictionary,
            names: &mut self.fold.names,
            oddities: &mut self.oddities,
            now: self.now,
        };
        let known = self.resources.get_mut(&key);
        match (&resource.info, known) {
            (_, _) if key.0 == 0 => reader.odd(),
            (None, None) => reader.odd(),
            (None, Some(known)) => {
                let had = known.attributes.len();
                reader.resource_changes(&resource, known)?;
                let has = known.attributes.len();
                self.fold.sums.attributes.replace(had, has)?;
            }
            (Some(info), Some(known)) => {
                let (waits, waiting) = (std::mem::take(&mut known.waits), known.waiting);
                let had = known.attributes.len();
                *known = reader.resource(&resource, info)?;
                let has = known.attributes.len();
                self.fold.sums.attributes.replace(had, has)?;
                known.element_type = element_type;
                (known.waits, known.waiting) = (waits, waiting);
            }
            (Some(info), None) => {
                let mut resource = reader.resource(&resource, info)?;
                resource.element_type = element_type;
                limits::check("resources", self.resources.len() + 1, limits::RESOURCES)?;
                let has = resource.attributes.len();
                self.fold.sums.attributes.replace(0, has)?;
                resource.waits = self.fold.links.claim_for_resource(key);
                let waits = resource.waits.iter();
                for wait in waits.filter_map(|wait| self.waits.get(wait)) {
                    resource.waiting.add(&wait.kind);
                }
                self.resources.insert(key, resource);
            }
        }
        Ok(())
    }

    pub(super) fn apply_site(&mut self, site: &wire::SpawnSite) -> Result<(), FoldError> {
        let Some(location) = self.reader().location(site.location) else {
            self.odd();
            return Ok(());
        };
        let kind = read::task_kind(site.kind());
        self.sites
            .insert(SiteKey { location, kind }, read::site(site));
        limits::check("spawn sites", self.sites.len(), limits::SITES)
    }

    pub(super) fn apply_ended(&mut self, ended: wire::EndedTask) -> Result<(), FoldError> {
        let (end, at_nanos) = (ended.end(), ended.ended_at_nanos);
        let Some(mut task) = ended.task else {
            self.odd();
            return Ok(());
        };
        let info = task.info.take();
        let known = match &info {
            Some(_) => None,
            None => self.tasks.get(&TaskKey(task.key)).cloned(),
        };
        let mut reader = self.reader();
        let read = match (info, known) {
            (Some(info), _) => reader.task(&task, &info)?,
            (None, Some(mut known)) => {
                reader.task_changes(&task, &mut known)?;
                known.waits.clear();
                known.waker_waits.clear();
                known
            }
            (None, None) => {
                reader.odd();
                return Ok(());
            }
        };
        let ended = reader.ended(read, end, at_nanos);
        self.ended.push_back(ended);
        while self.ended.len() > Model::ENDED_KEPT {
            self.ended.pop_front();
        }
        Ok(())
    }

    pub(super) fn remove_wait(&mut self, key: WaitKey) -> Result<(), FoldError> {
        self.fold.links.drop_unclaimed(key);
        self.take_wait(key);
        self.fold.gone.waits.insert(key);
        limits::check("removed waits", self.fold.gone.waits.len(), limits::WAITS)
    }

    pub(super) fn remove_task(&mut self, key: TaskKey) -> Result<(), FoldError> {
        self.fold.links.claim_for_task(key);
        if let Some(task) = self.tasks.get_mut(&key) {
            for wait in std::mem::take(&mut task.waits) {
                self.take_wait(wait);
            }
            if let Some(task) = self.tasks.remove(&key) {
                self.fold.sums.without_task(&task);
                self.wakes_of_ended = self.wakes_of_ended.saturating_add(task.wakes);
            }
        }
        self.fold.gone.tasks.insert(key);
        limits::check("removed tasks", self.fold.gone.tasks.len(), limits::TASKS)
    }

    pub(super) fn remove_resource(&mut self, key: ResourceKey) -> Result<(), FoldError> {
        if let Some(resource) = self.resources.remove(&key) {
            let had = resource.attributes.len();
            self.fold.sums.attributes.replace(had, 0)?;
            self.fold.links.keep_list(key, resource.waits);
        }
        self.fold.gone.resources.insert(key);
        limits::check(
            "removed resources",
            self.fold.gone.resources.len(),
            limits::RESOURCES,
        )
    }
}
