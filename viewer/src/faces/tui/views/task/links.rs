//! Where one can go from a task.

use super::super::super::targets::{Of, Seen, TaskOf};
use super::super::{Link, Sight};
use super::related::{Related, Role};
use super::{Selected, find};
use crate::filter::{Field, Filter, Subject};
use crate::model::{Model, Resource, ResourceKey, ResourceKind, Task, TaskKey};
use crate::words::plain::plain;

/// So many spawners are named, one above the other.
const SPAWNERS: usize = 8;

/// Something that can be opened: its name, what it has to do with the task, and where
/// it leads.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) name: String,
    pub(super) what: String,
    pub(super) link: Link,
}

/// All of them, what matters most first.
pub(super) fn all(
    of: TaskOf,
    selected: &Selected,
    seen: &Seen,
    related: &Related,
    sight: &Sight<'_>,
) -> Vec<Way> {
    let model = &seen.picture.model;
    let mut ways = Vec::new();
    let mut resources: Vec<(Role, ResourceKey)> = related
        .resources
        .iter()
        .map(|(key, role)| (*role, *key))
        .collect();
    resources.sort_unstable();
    for (role, key) in resources {
        if let Some(resource) = model.resources.get(&key) {
            ways.push(to_resource(of, resource, role, model));
            if role == Role::Waits {
                ways.extend(to_other_end(of, resource, model));
            }
        }
    }
    ways.extend(spawners(of, selected.task(), sight));
    ways.extend(children(of, selected.task(), related, model, sight));
    ways.extend(alike(of, selected.task(), model, sight));
    ways
}

fn task(of: TaskOf, key: TaskKey, task: Option<&Task>, what: String) -> Way {
    Way {
        name: match task {
            Some(task) => plain(&task.title()).into_owned(),
            None => "a task".to_owned(),
        },
        what: plain(&what).into_owned(),
        link: Link::Task(Of { key, ..of }),
    }
}

fn to_resource(of: TaskOf, resource: &Resource, role: Role, model: &Model) -> Way {
    let name = resource.to_string();
    let text = model.resource_text(resource);
    // What follows its name.
    let more = text.strip_prefix(&name).unwrap_or_default();
    Way {
        what: format!("{}{}", role.text(), plain(more)),
        name,
        link: Link::Resource(Of {
            target: of.target,
            key: resource.key,
        }),
    }
}

/// Who should end a wait on `resource`.
fn to_other_end(of: TaskOf, resource: &Resource, model: &Model) -> Option<Way> {
    let (role, key) = match resource.kind {
        ResourceKind::Mpsc => ("receives from", resource.last_taker?),
        _ => ("holds", resource.holder?),
    };
    if key == of.key {
        return None;
    }
    let other = model.tasks.get(&key);
    let doing = other.map(|task| format!(" [{}]", model.doing_text(task)));
    let doing = doing.unwrap_or_else(|| " [ended]".to_owned());
    let known = model.task_or_ended(key);
    Some(task(of, key, known, format!("{role} {resource}{doing}")))
}

/// Who spawned it, and who spawned that one.
fn spawners(of: TaskOf, first: &Task, sight: &Sight<'_>) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    let mut known = vec![of.key];
    let mut below = first.clone();
    while let Some(key) = below.spawner {
        if ways.len() == SPAWNERS || known.contains(&key) {
            break;
        }
        known.push(key);
        let Some(spawner) = find(Of { key, ..of }, None, sight) else {
            break;
        };
        let who = match ways.is_empty() {
            true => "spawned it".to_owned(),
            false => format!("spawned task {}", below.tokio_id),
        };
        let ended = match spawner {
            Selected::Live(_) => "",
            Selected::Ended(_) => " [ended]",
        };
        let spawner = spawner.task().clone();
        ways.push(task(of, key, Some(&spawner), format!("{who}{ended}")));
        below = spawner;
    }
    ways
}

fn children(
    of: TaskOf,
    parent: &Task,
    related: &Related,
    model: &Model,
    sight: &Sight<'_>,
) -> Vec<Way> {
    if related.spawned > related.children.len() {
        let id = parent.tokio_id;
        return vec![Way {
            name: format!("{} tasks", related.spawned),
            what: "that it has spawned".to_owned(),
            link: tasks(
                Field::Spawner,
                &id.to_string(),
                of,
                sight,
                format!("spawned by task {id}"),
            ),
        }];
    }
    let children = related.children.iter();
    let live = children.filter_map(|key| Some((*key, model.tasks.get(key)?)));
    live.map(|(key, child)| {
        let doing = model.doing_text(child);
        task(of, key, Some(child), format!("was spawned by it [{doing}]"))
    })
    .collect()
}

/// Those that were spawned where it was.
fn alike(of: TaskOf, one: &Task, model: &Model, sight: &Sight<'_>) -> Option<Way> {
    let place = one.location.as_ref()?;
    let of_place = model.sites.iter().filter(|(key, _)| key.location == *place);
    let live = of_place.map(|(_, site)| site.live());
    let live = live.fold(0, u64::saturating_add);
    let text = plain(&place.to_string()).into_owned();
    (live > 1).then(|| Way {
        name: format!("{live} tasks"),
        what: format!("spawned at {text}"),
        link: tasks(
            Field::SpawnedAt,
            &text,
            of,
            sight,
            format!("spawned at {text}"),
        ),
    })
}

/// Those tasks of the same program of which `field` is `text`.
fn tasks(field: Field, text: &str, of: TaskOf, sight: &Sight<'_>, title: String) -> Link {
    let is = |field, text: &str| Filter::field_text(Subject::Tasks, field, text, true);
    let mut filter = match field {
        Field::Spawner => {
            let parsed = Filter::parse(Subject::Tasks, &format!("{field}:{text}"));
            parsed.unwrap_or_else(|_| Filter::all(Subject::Tasks))
        }
        _ => is(field, text),
    };
    if sight.pictures.are_several()
        && let Some(seen) = sight.pictures.get(of.target)
    {
        filter = filter.and(is(Field::Target, &seen.name));
    }
    Link::Tasks { filter, title }
}
