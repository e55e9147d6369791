"""Catches: a job for Kubernetes with a field that there is none of, or without token; a script for SLURM that bash
cannot read, that loses a search when its nodes are taken away, that leaves Ray running, or hides how a search ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CLUSTER = Path(__file__).parents[1] / "runs" / "cluster"
SCRIPT = CLUSTER / "slurm.sbatch"

# The fields of KubeRay's resources, version ray.io/v1, as its reference of the API (1.6) lists them.
RESOURCE = {"apiVersion", "kind", "metadata", "spec"}
JOB = {
    *("activeDeadlineSeconds", "backoffLimit", "rayClusterSpec", "submitterPodTemplate", "metadata", "clusterSelector"),
    *("submitterConfig", "managedBy", "deletionStrategy", "entrypoint", "runtimeEnvYAML", "jobId", "submissionMode"),
    *("entrypointResources", "entrypointNumCpus", "entrypointNumGpus", "ttlSecondsAfterFinished", "suspend"),
    *("shutdownAfterJobFinishes",),
}
RAY_CLUSTER = {
    *("suspend", "managedBy", "autoscalerOptions", "headServiceAnnotations", "enableInTreeAutoscaling", "authOptions"),
    *("gcsFaultToleranceOptions", "headGroupSpec", "rayVersion", "workerGroupSpecs"),
}
HEAD = {"template", "headService", "enableIngress", "rayStartParams", "serviceType"}
WORKERS = {
    *("suspend", "groupName", "replicas", "minReplicas", "maxReplicas", "idleTimeoutSeconds", "rayStartParams"),
    *("template", "scaleStrategy", "numOfHosts"),
}
CONTAINER = {"name", "image", "resources", "ports", "volumeMounts", "env", "command", "args"}


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    """Return the job for Kubernetes."""
    (found,) = yaml.safe_load_all((CLUSTER / "kuberay-rayjob.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_a_job_has_only_fields_that_there_are(job: dict[str, Any]) -> None:
    assert (job["apiVersion"], job["kind"], set(job)) == ("ray.io/v1", "RayJob", RESOURCE)
    spec = job["spec"]
    cluster = spec["rayClusterSpec"]
    assert set(spec) <= JOB
    assert set(cluster) <= RAY_CLUSTER
    assert set(cluster["headGroupSpec"]) <= HEAD
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    assert all(set(group) <= WORKERS for group in groups[1:])
    for group in groups:
        assert all(isinstance(value, str) for value in group["rayStartParams"].values())
        pod = group["template"]["spec"]
        (container,) = pod["containers"]
        assert set(container) <= CONTAINER
        assert [mount["name"] for mount in container["volumeMounts"]] == [volume["name"] for volume in pod["volumes"]]
        assert container["resources"]["requests"] == container["resources"]["limits"]


def test_a_job_has_a_token_of_a_secret_and_leaves_no_cluster(job: dict[str, Any]) -> None:
    spec = job["spec"]
    assert spec["rayClusterSpec"]["authOptions"] == {"mode": "token", "secretName": "selfnas-ray-token"}
    assert (spec["shutdownAfterJobFinishes"], spec["submissionMode"]) == (True, "K8sJobMode")
    assert spec["backoffLimit"] > 0
    text = (CLUSTER / "kuberay-rayjob.yaml").read_text(encoding="utf-8")
    assert 'create secret generic selfnas-ray-token --from-literal=auth_token="$(' in text


def test_the_number_of_workers_is_one_that_is_kept_to(job: dict[str, Any]) -> None:
    cluster = job["spec"]["rayClusterSpec"]
    (workers,) = cluster["workerGroupSpecs"]
    assert workers["replicas"] > 0
    assert not {"minReplicas", "maxReplicas"} & set(workers)  # which do nothing without the next
    assert "enableInTreeAutoscaling" not in cluster


def test_what_a_job_runs_is_a_command_that_there_is(job: dict[str, Any]) -> None:
    from evo.commands.run_options import parser

    words = job["spec"]["entrypoint"].split()
    assert words[:3] == ["python", "-m", "evo.run"]
    asked = parser().parse_args(words[3:])
    mounts = job["spec"]["rayClusterSpec"]["headGroupSpec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    assert str(asked.run_dir).startswith(mounts[0]["mountPath"])
    assert asked.address == "auto"


FAKES = {
    "hostname": "case $1 in --ip-address) echo 127.0.1.1 ;; *) echo 127.0.0.1 10.0.0.7 ;; esac",
    "scontrol": 'echo "scontrol $*" >> "$NOTES"; if [ "$1" = show ]; then echo one; echo two; fi',
    "srun": 'echo "srun $*" >> "$NOTES"; while [ "${1#--}" != "$1" ]; do shift; done; exec "$@"',
    "ray": """
echo "ray $* $RAY_AUTH_MODE ${#RAY_AUTH_TOKEN}" >> "$NOTES"
case "$*" in *--head*) exec "$PYTHON" "$FAKES/listen.py" "$PORT" ;; esac
exec sleep 1000
""",
    "python": """
if [ "$1" = -c ]; then
    echo "nodes $3 $4 $5" >> "$NOTES"
    until [ "$(grep -c "^ray " "$NOTES")" -ge "$4" ]; do sleep 0.02; done
    trap "kill \\$!; exit 143" TERM
    sleep "$NODES_S" & echo "nodes up" >> "$NOTES"; wait $!
    exit
fi
trap "kill \\$!; sleep \"$SAVING_S\"; exit \"$SAVED\"" TERM
echo "python $*" >> "$NOTES"
sleep "$SEARCH_S" & wait $!
exit "$CODE"
""",
}
# The script's own way to send a signal, which comes back once the search has ended where that takes no time.
SLOW_KILL = '() { builtin kill "$@"; local code=$?; [ "$1" != -TERM ] || sleep 0.5; return "$code"; }'
LISTEN = """
import os, socket, sys
open(os.environ["NOTES"] + ".pid", "w").write(str(os.getpid()))
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()[0].close()
"""


class Job:
    """A job of SLURM that is played: what is run is noted, nothing is computed."""

    def __init__(
        self,
        folder: Path,
        *given: str,
        code: int = 0,
        search_s: float = 0.0,
        nodes_s: float = 0.0,
        saving_s: float = 0.3,
        saved: int = 130,
    ) -> None:
        (folder / "bin").mkdir()
        for name, text in FAKES.items():
            (folder / "bin" / name).write_text(f"#!/bin/bash\n{text}\n")
            (folder / "bin" / name).chmod(0o755)
        (folder / "bin" / "listen.py").write_text(LISTEN)
        self.notes = folder / "notes"
        self.number = 3000 + self._free_port() % 1000
        port = str(20000 + self.number)
        environment = {
            **{"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "NOTES": str(self.notes), "FAKES": str(folder / "bin")},
            **{"PYTHON": os.sys.executable, "PORT": port, "CODE": str(code), "SEARCH_S": str(search_s)},  # type: ignore[attr-defined]
            "BASH_FUNC_kill%%": SLOW_KILL,
            **{"NODES_S": str(nodes_s), "SAVING_S": str(saving_s), "SAVED": str(saved)},
            **{"SLURM_JOB_ID": str(self.number), "SLURM_JOB_NODELIST": "x[1-2]", "SLURM_CPUS_PER_TASK": "8"},
        }
        self.process = subprocess.Popen(
            ["bash", str(SCRIPT), *given], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def _free_port(self) -> int:
        with socket.create_server(("127.0.0.1", 0)) as server:
            return int(server.getsockname()[1])

    def end(self) -> tuple[int, list[str], str]:
        """Return how it ended, what was run, and what it complained of."""
        complaint = self.process.communicate(timeout=60)[1]
        return self.process.returncode, self.notes.read_text().splitlines() if self.notes.exists() else [], complaint

    def wait_for(self, word: str) -> None:
        """Wait until something that begins with a word was run."""
        give_up = time.monotonic() + 60
        while not self.notes.exists() or f"\n{word}" not in self.notes.read_text():
            assert time.monotonic() < give_up
            time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for a job, none of whose processes is left after the test."""
    yield tmp_path
    pid = tmp_path / "notes.pid"
    if pid.exists() and Path(f"/proc/{pid.read_text()}").exists():
        os.kill(int(pid.read_text()), signal.SIGKILL)


def test_bash_can_read_the_script() -> None:
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)
    options = [line for line in SCRIPT.read_text(encoding="utf-8").splitlines() if line.startswith("#SBATCH")]
    assert {"#SBATCH --requeue", "#SBATCH --signal=B:TERM@120", "#SBATCH --open-mode=append"} <= set(options)


def test_a_job_starts_a_head_and_a_worker_and_searches_on_them(folder: Path) -> None:
    job = Job(folder, "--space", "S", "--run-dir", "/runs/a b", code=7)
    code, notes, complaint = job.end()
    address = f"127.0.0.1:{20000 + job.number}"
    assert (code, complaint) == (7, "")
    steps = [note for note in notes if note.startswith("srun")]
    head, worker = (each.partition(" ray start ") for each in steps)
    assert ("--nodelist=one" in head[0], "--nodelist=two" in worker[0]) == (True, True)
    assert head[2] == (
        f"--head --node-ip-address=127.0.0.1 --port={20000 + job.number} --dashboard-host=127.0.0.1 "
        "--num-cpus=8 --block"
    )
    assert worker[2] == f"--address={address} --num-cpus=8 --block"
    assert [note.split()[-2:] for note in notes if note.startswith("ray ")] == [["token", "64"]] * 2
    assert [note for note in notes if note.startswith(("python", "nodes"))] == [
        f"nodes {address} 2 120",
        "nodes up",
        f"python -m evo.run --space S --run-dir /runs/a b --address {address}",
    ]
    assert not [note for note in notes if "requeue" in note]
    assert not Path(f"/proc/{(folder / 'notes.pid').read_text()}").exists()


@pytest.mark.parametrize("saving_s", [0.0, 1.0])
def test_a_job_that_is_to_end_saves_its_search_and_is_queued_again(folder: Path, saving_s: float) -> None:
    job = Job(folder, "--run-dir=/runs/x", search_s=1000.0, saving_s=saving_s)
    job.wait_for("python -m evo.run")
    job.process.send_signal(signal.SIGTERM)
    code, notes, _ = job.end()
    assert (code, notes[-1]) == (0, f"scontrol requeue {job.number}")
    assert not Path(f"/proc/{(folder / 'notes.pid').read_text()}").exists()


def test_a_job_that_is_to_end_before_its_search_begins_is_queued_again(folder: Path) -> None:
    job = Job(folder, "--run-dir=/runs/x", nodes_s=1000.0)
    job.wait_for("nodes up")
    job.process.send_signal(signal.SIGTERM)
    code, notes, _ = job.end()
    assert (code, notes[-1]) == (0, f"scontrol requeue {job.number}")
    assert not [note for note in notes if note.startswith("python")]


@pytest.mark.parametrize("saving_s", [0.0, 1.0])
def test_how_a_search_ends_is_known_however_soon_after_the_signal(folder: Path, saving_s: float) -> None:
    job = Job(folder, "--run-dir=/runs/x", search_s=1000.0, saving_s=saving_s, saved=1)
    job.wait_for("python -m evo.run")
    job.process.send_signal(signal.SIGTERM)
    code, notes, _ = job.end()
    assert code == 1  # as the run's folder is gone
    assert not [note for note in notes if "requeue" in note]


RAY = """
counts = [0, 1, 1, 2]
def init(address, **options): assert address == "here:1", address
def nodes():
    up = counts.pop(0) if counts else 2
    return [{"Alive": True}] * up + [{"Alive": False}]
"""
TIME = """
now = 0.0
def monotonic(): return now
def sleep(s):
    global now
    now += s
"""


@pytest.mark.parametrize(("wanted", "complaint"), [("2", ""), ("3", "note: 2 of 3 nodes are in the cluster")])
def test_a_search_waits_for_its_nodes_but_not_for_ever(tmp_path: Path, wanted: str, complaint: str) -> None:
    (tmp_path / "ray.py").write_text(RAY)
    (tmp_path / "time.py").write_text(
        "now = 0.0\ndef monotonic(): return now\ndef sleep(s):\n    global now\n    now += s"
    )
    code = SCRIPT.read_text(encoding="utf-8").partition("NODES_UP='")[2].partition("'")[0]
    isolated = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.modules.pop('time', None)\n{code}"
    ended = subprocess.run(
        [os.sys.executable, "-c", isolated, "here:1", wanted, "9"],  # type: ignore[attr-defined]
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr[: len(complaint)]) == (int(bool(complaint)), complaint)
    assert bool(ended.stderr) == bool(complaint)


def test_a_job_without_a_folder_to_go_on_with_is_refused(folder: Path) -> None:
    code, notes, complaint = Job(folder, "--space", "S").end()
    assert (code, notes) == (2, [])
    assert "name the run's folder by --run-dir DIR" in complaint
