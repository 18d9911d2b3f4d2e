//! What may enter the dependency tree, where cargo-deny is absent: licences, bans and sources of `deny.toml` held
//! against `cargo metadata`, and the versions below which a crate has a known hole that concerns us.

// Clippy's allowance for tests does not reach their helpers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::process::Command;

use serde_json::Value;

/// Oldest versions without a known hole (RustSec as of 2026-08): crate, version.
const AT_LEAST: &[(&str, (u64, u64, u64))] = &[
    ("quick-xml", (0, 41, 0)),
    ("lopdf", (0, 42, 0)),
    ("zip", (2, 3, 0)),
    ("rustls", (0, 23, 18)),
    ("rustls-webpki", (0, 103, 13)),
];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn deny() -> toml::Table {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Packages that are really built here: those of the resolved graph.
fn packages(metadata: &Value) -> Vec<&Value> {
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let ids: Vec<&str> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    let all = metadata["packages"].as_array().unwrap().iter();
    let built: Vec<&Value> = all.filter(|package| ids.contains(&package["id"].as_str().unwrap())).collect();
    assert!(built.len() > 100, "only {} packages found", built.len());
    built
}

/// Whether one alternative of an SPDX expression has only allowed licences.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    expression.split(" OR ").any(|all| all.split(" AND ").all(|one| allowed.contains(&one.trim())))
}

#[test]
fn every_licence_is_one_we_may_ship() {
    let deny = deny();
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
    let clarified = deny["licenses"]["clarify"].as_array().unwrap();
    let metadata = metadata();
    let mut problems = Vec::new();
    for package in packages(&metadata) {
        let clear = clarified.iter().find(|entry| entry["crate"].as_str() == package["name"].as_str());
        let licence = clear.and_then(|entry| entry["expression"].as_str()).or(package["license"].as_str());
        let licence = licence.unwrap_or("none declared");
        if !is_allowed(licence, &allowed) {
            problems.push(format!("{}: {licence}", package["name"].as_str().unwrap()));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn nothing_banned_is_built_and_everything_comes_from_the_registry() {
    let deny = deny();
    let banned: Vec<&str> =
        deny["bans"]["deny"].as_array().unwrap().iter().map(|ban| ban["crate"].as_str().unwrap()).collect();
    let metadata = metadata();
    for package in packages(&metadata) {
        let name = package["name"].as_str().unwrap();
        assert!(!banned.contains(&name), "{name} is banned");
        let source = package["source"].as_str().unwrap_or("");
        assert!(name == "shouwen" || source.starts_with("registry+"), "{name} comes from {source:?}");
    }
}

#[test]
fn no_version_with_a_known_hole_is_built() {
    let metadata = metadata();
    let mut met = 0;
    for package in packages(&metadata) {
        let name = package["name"].as_str().unwrap();
        let version = package["version"].as_str().unwrap();
        let numbers: Vec<u64> =
            version.split(['.', '-', '+']).take(3).map(|number| number.parse().unwrap_or(0)).collect();
        for (_, least) in AT_LEAST.iter().filter(|(known, _)| *known == name) {
            met += 1;
            assert!(
                (numbers[0], numbers[1], numbers[2]) >= *least,
                "{name} {version} is older than {least:?}"
            );
        }
    }
    assert!(met >= AT_LEAST.len(), "only {met} of the watched crates are built: mend the list");
}
