//! Sockets that break in every way: each command runs once, and in the order of its channel.

use std::collections::BTreeMap;

use chatgate_core::{Rng as _, SeededRng};

use crate::world::World;

/// As many posts as `CHATGATE_SCHEDULES` says.
fn posts() -> u32 {
    let said = std::env::var("CHATGATE_SCHEDULES").ok();
    // More take longer and show no more.
    said.and_then(|text| text.parse().ok()).unwrap_or(1_000).min(10_000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_breaks_each_command_runs_once_and_in_order() {
    let world = World::new().await;
    let seed = 4;
    let rng = SeededRng::new(seed);
    let chance = || {
        let mut bytes = [0; 2];
        rng.fill(&mut bytes);
        u16::from_le_bytes(bytes)
    };
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (total, mut lost) = (posts(), 0);
    for number in 0..total {
        let channel = ["ops", "private"][usize::from(chance() % 2)];
        world.mattermost.say("bob", channel, &format!("@opsbot count {number}")).await.unwrap();
        let id = world.id(channel);
        said.entry(id.clone()).or_default().push(format!("{id} {number}"));
        // Some sixteen losses, whatever their number.
        if u32::from(chance()) % (total / 16).max(1) == 0 {
            lost += 1;
            match chance() % 3 {
                0 => world.mattermost.cut(),
                1 => world.mattermost.forget(),
                _ => world.mattermost.lose_one(),
            }
            if chance() % 2 == 0 {
                // Nothing is missed meanwhile, so that the connection can go on.
                world.until(|world| world.mattermost.is_connected().then_some(())).await;
            }
        }
        if chance() % 64 == 0 {
            tokio::task::yield_now().await;
        }
        if number % (total / 8).max(1) == 0 {
            // Now and then it catches up, so that sockets go on as well as begin anew.
            world.until(|world| world.mattermost.is_connected().then_some(())).await;
            let wanted = usize::try_from(number).unwrap() + 1;
            world.until(|world| (world.ran.all().len() >= wanted).then_some(())).await;
        }
    }
    let wanted = usize::try_from(total).unwrap();
    world.until(|world| (world.ran.all().len() >= wanted).then_some(())).await;
    world.settled().await;
    let ran = world.ran.all();
    assert_eq!(ran.len(), wanted, "seed {seed}");
    for (channel, commands) in said {
        let of_it: Vec<_> = ran.iter().filter(|it| it.starts_with(&channel)).cloned().collect();
        assert_eq!(of_it, commands, "seed {seed}");
    }
    let (resumed, begun) = world.mattermost.connections();
    assert!(
        lost > 4 && resumed > 0 && begun > 1,
        "{lost} losses: {resumed} resumed, {begun} begun"
    );
}
