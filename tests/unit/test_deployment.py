"""The manifests and the compose file fit the image, the configuration and each other.

That they are valid by the published schemas is checked by .ci/run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from syncer import __version__
from syncer.cli import cli
from syncer.errors import ExitCode
from syncer.settings import load_settings
from syncer.settings.keys import DaemonKeys
from tests.support import dockerfile

ROOT = Path(__file__).parents[2]
IMAGE = dockerfile.stages((ROOT / "Dockerfile").read_text())[-1]
CONFIGURATION = (ROOT / "config/syncer.daemon.example.yaml").read_text()
COMPOSE = yaml.safe_load((ROOT / "config/compose.yaml").read_text())
SERVICE = COMPOSE["services"]["syncer"]
MANIFESTS: list[dict[str, Any]] = [
    manifest
    for file in sorted((ROOT / "config/kubernetes").glob("*.yaml"))
    for manifest in yaml.safe_load_all(file.read_text())
]


def manifest(kind: str, name: str = "syncer") -> dict[str, Any]:
    (found,) = [m for m in MANIFESTS if (m["kind"], m["metadata"]["name"]) == (kind, name)]
    return found


def job(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = manifest("CronJob", name)["spec"]["jobTemplate"]["spec"]
    return spec


JOBS = {name: job(name) for name in ("syncer", "syncer-sharded")}
TEMPLATES = {
    **{name: spec["template"] for name, spec in JOBS.items()},
    "daemon": manifest("Deployment")["spec"]["template"],
}
PODS = {name: template["spec"] for name, template in TEMPLATES.items()}
CONTAINERS = {name: pod["containers"][0] for name, pod in PODS.items()}
EACH_POD = pytest.mark.parametrize("name", PODS)


class TestPods:
    @EACH_POD
    def test_it_may_do_nothing_that_it_does_not_need(self, name: str) -> None:
        pod, (container,) = PODS[name], PODS[name]["containers"]
        user, group = map(int, IMAGE.last("USER").value.split(":"))
        assert pod["securityContext"] == {
            "runAsNonRoot": True,
            "runAsUser": user,
            "runAsGroup": group,
            "fsGroup": group,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert pod["automountServiceAccountToken"] is False
        assert {"requests", "limits"} <= set(container["resources"])

    @EACH_POD
    def test_it_can_write_where_it_has_to_and_nowhere_else(self, name: str) -> None:
        volumes = {volume["name"]: volume for volume in PODS[name]["volumes"]}
        mounts = {m["mountPath"]: m for m in CONTAINERS[name]["volumeMounts"]}
        writable = {path for path, mount in mounts.items() if not mount.get("readOnly")}
        assert writable == {IMAGE.environment["SYNCER_DAEMON__FOLDER"], "/tmp"}  # noqa: S108
        for path in writable:
            assert volumes[mounts[path]["name"]]["emptyDir"]["sizeLimit"]

    @EACH_POD
    def test_its_configuration_and_its_secrets_are_where_it_looks(self, name: str) -> None:
        volumes = {volume["name"]: volume for volume in PODS[name]["volumes"]}
        mounts = {m["mountPath"]: m for m in CONTAINERS[name]["volumeMounts"]}
        variables = {v["name"]: v["value"] for v in CONTAINERS[name]["env"]}
        # By itself: a whole ConfigMap is a folder of links, which lead elsewhere after each change of it.
        configuration = mounts[variables["SYNCER_CONFIG"]]
        source = volumes[configuration["name"]]["configMap"]["name"]
        assert configuration["subPath"] in manifest("ConfigMap", source)["data"]
        secrets = volumes[mounts[variables["SYNCER_SECRETS_DIR"]]["name"]]["secret"]
        assert secrets == {"secretName": "syncer", "defaultMode": 0o440}

    @EACH_POD
    def test_it_is_given_the_time_that_a_daemon_takes_to_end(self, name: str) -> None:
        grace = DaemonKeys().grace.total_seconds()
        assert PODS[name]["terminationGracePeriodSeconds"] > grace
        assert int(SERVICE["stop_grace_period"].removesuffix("s")) > grace

    def test_no_secret_is_in_a_manifest(self) -> None:
        assert {m["kind"] for m in MANIFESTS} == {
            *("ConfigMap", "CronJob", "Deployment", "NetworkPolicy", "Service")
        }


@pytest.mark.parametrize(
    "arguments",
    [IMAGE.last("CMD").words, SERVICE["command"], *(c["args"] for c in CONTAINERS.values())],
    ids=["image", "compose", *CONTAINERS],
)
@pytest.mark.parametrize("index", [0, JOBS["syncer-sharded"]["completions"] - 1])
def test_what_is_started_is_a_command_with_options_that_it_has(
    arguments: list[str], index: int
) -> None:
    name, *rest = [word.replace("$(JOB_COMPLETION_INDEX)", str(index)) for word in arguments]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    command.make_context(name, rest)


class TestJobs:
    @pytest.mark.parametrize(
        ("name", "action"), [("syncer", "FailJob"), ("syncer-sharded", "FailIndex")]
    )
    def test_what_wants_a_person_is_not_tried_again(self, name: str, action: str) -> None:
        spec = JOBS[name]
        (wants, _) = spec["podFailurePolicy"]["rules"]
        assert wants["action"] == action
        codes = set(wants["onExitCodes"]["values"])
        assert codes == {ExitCode.PROBLEMS, ExitCode.USAGE, ExitCode.REFUSED}
        assert PODS[name]["restartPolicy"] == "Never"  # which a policy asks for
        assert spec["activeDeadlineSeconds"]

    def test_one_run_at_a_time(self) -> None:
        for name in JOBS:
            spec = manifest("CronJob", name)["spec"]
            assert spec["concurrencyPolicy"] == "Forbid"
            assert spec["startingDeadlineSeconds"]

    def test_each_part_of_an_indexed_job_takes_another_share(self) -> None:
        spec = JOBS["syncer-sharded"]
        assert spec["completionMode"] == "Indexed"
        assert spec["completions"] == spec["parallelism"]
        assert CONTAINERS["syncer-sharded"]["args"][-2:] == [
            "--shard",
            f"$(JOB_COMPLETION_INDEX)/{spec['completions']}",
        ]


class TestDeployment:
    def test_there_is_one_daemon(self) -> None:
        spec = manifest("Deployment")["spec"]
        assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})

    def test_it_is_asked_where_the_image_listens(self) -> None:
        container = CONTAINERS["daemon"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports == {"http": int(IMAGE.last("EXPOSE").value)}
        asked = {
            n: container[n]["httpGet"] for n in ("startupProbe", "livenessProbe", "readinessProbe")
        }
        assert {probe["port"] for probe in asked.values()} == {"http"}
        assert asked["livenessProbe"]["path"] == asked["startupProbe"]["path"] == "/healthz"
        assert asked["readinessProbe"]["path"] == "/readyz"
        annotations = TEMPLATES["daemon"]["metadata"]["annotations"]
        assert annotations["prometheus.io/port"] == str(ports["http"])

    def test_the_service_leads_to_the_daemon_and_to_no_job(self) -> None:
        selector = manifest("Service")["spec"]["selector"].items()
        chosen = [
            name for name, t in TEMPLATES.items() if selector <= t["metadata"]["labels"].items()
        ]
        assert chosen == ["daemon"]
        spec = manifest("Deployment")["spec"]
        assert spec["selector"]["matchLabels"].items() == selector

    def test_the_network_policy_is_about_all_of_them(self) -> None:
        wanted = manifest("NetworkPolicy")["spec"]["podSelector"]["matchLabels"].items()
        assert all(wanted <= t["metadata"]["labels"].items() for t in TEMPLATES.values())


class TestCompose:
    def test_it_may_do_nothing_that_it_does_not_need(self) -> None:
        assert SERVICE["read_only"] is True
        assert SERVICE["cap_drop"] == ["ALL"]
        assert SERVICE["security_opt"] == ["no-new-privileges:true"]
        assert SERVICE["user"] == IMAGE.last("USER").value
        assert SERVICE["volumes"] == [f"clones:{IMAGE.environment['SYNCER_DAEMON__FOLDER']}"]
        assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])

    def test_it_takes_configuration_and_secrets_from_files(self) -> None:
        """Nothing else works on a read-only root file system."""
        variables = SERVICE["environment"]
        assert [c["target"] for c in SERVICE["configs"]] == [variables["SYNCER_CONFIG"]]
        assert (ROOT / "config" / COMPOSE["configs"]["syncer"]["file"]).is_file()
        assert set(SERVICE["secrets"]) == set(COMPOSE["secrets"])
        ignored = (ROOT / ".gitignore").read_text().splitlines()
        for secret in COMPOSE["secrets"].values():
            folder = (Path("config") / secret["file"]).parent
            assert f"{folder}/" in ignored

    def test_the_health_check_is_that_of_the_image(self) -> None:
        assert "test" not in SERVICE["healthcheck"]
        assert len(IMAGE.all("HEALTHCHECK")) == 1


class TestConfiguration:
    def test_it_is_valid_in_the_image_with_the_secrets_that_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "syncer.yaml").write_text(CONFIGURATION)
        secrets = tmp_path / "secrets"
        secrets.mkdir()
        for name in SERVICE["secrets"]:
            (secrets / name).write_text("ghp_0123456789\n")
        environment = {k: v for k, v in IMAGE.environment.items() if k.startswith("SYNCER_")}
        environment |= {"CI": "true", "SYNCER_SECRETS_DIR": str(secrets)}
        settings = load_settings(working=tmp_path, environment=environment)
        assert len(settings.keys.repositories) > 1
        for name in SERVICE["secrets"]:
            assert name in CONFIGURATION
            key = tuple(name.removeprefix("SYNCER_").lower().split("__"))
            assert settings.origins.of(key).startswith(name)

    def test_the_manifests_have_that_one(self) -> None:
        assert manifest("ConfigMap")["data"] == {"syncer.yaml": CONFIGURATION}


def test_all_name_the_image_of_this_version() -> None:
    images = {SERVICE["image"], *(container["image"] for container in CONTAINERS.values())}
    assert len(images) == 1
    assert images.pop() == f"ghcr.io/OWNER/REPO:{__version__}"
