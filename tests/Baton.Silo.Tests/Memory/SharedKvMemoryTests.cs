using System.Diagnostics;
using Baton.Silo.Memory;
using Baton.Silo.Tests.Handoff;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Silo.Tests.Memory;

public sealed class SharedKvMemoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("baton-memory-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Create_FreshSegment_IsZeroPrivateAndGoneWhenDisposed()
    {
        var memory = SharedKvMemory.Create(_directory, "prefill/0", 1 << 20);

        Assert.True(HandoffRig.Bytes(memory).IndexOfAnyExcept((byte)0) < 0);
        Assert.StartsWith($"baton-kv-{Environment.ProcessId}-", Path.GetFileName(memory.Path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(memory.Path));
        memory.Dispose();
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Create_OthersComeAndGo_FindsItsRoom()
    {
        // Whoever counts the segments meets some that go between the look at the directory and the look at them.
        using var done = new CancellationTokenSource();
        var others = Enumerable.Range(0, 2).Select(i => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                SharedKvMemory.Create(_directory, $"other-{i}", 4096).Dispose();
        })).ToArray();
        for (var i = 0; i < 500; i++)
        {
            using var memory = KvMemory.Create(new KvMemoryOptions { Directory = _directory }, "p", 4096, NullLogger.Instance);
            Assert.NotEmpty(KvMemory.SharedPath(memory));
        }

        await done.CancelAsync();
        await Task.WhenAll(others);
    }

    [Fact]
    public unsafe void Mapping_SeesWhatTheOwnerWrites()
    {
        using var memory = SharedKvMemory.Create(_directory, "p", 8192);
        using var mappings = new KvMappings();
        var mapping = mappings.Get(memory.Path, out _);
        HandoffRig.Bytes(memory)[5000] = 42;

        Assert.NotNull(mapping);
        Assert.Equal(SharedKvMemory.FileBytes(8192), mapping.Bytes);
        Assert.Equal(42, ((byte*)mapping.Enter())[KvLeaseWords.Bytes + 5000]);
        mapping.Exit();
        Assert.Same(mapping, mappings.Get(memory.Path, out _));
    }

    [Fact]
    public unsafe void Drop_WhileRead_StaysMappedUntilTheReaderLeaves()
    {
        using var memory = SharedKvMemory.Create(_directory, "p", 8192);
        using var mappings = new KvMappings();
        var mapping = mappings.Get(memory.Path, out _)!;
        HandoffRig.Bytes(memory)[0] = 9;
        var start = (byte*)mapping.Enter();

        memory.Dispose();
        mappings.DropGone();

        Assert.Equal(0, mappings.Count);
        Assert.Equal(9, start[KvLeaseWords.Bytes]);
        mapping.Exit();
        Assert.Equal(0, mapping.Enter());
    }

    [Fact]
    public void Get_NotASegment_IsRefused()
    {
        var path = Path.Combine(_directory, "secrets");
        File.WriteAllText(path, "x");
        using var mappings = new KvMappings();

        Assert.Null(mappings.Get(path, out var reason));
        Assert.NotEmpty(reason);
        Assert.Null(mappings.Get(Path.Combine(_directory, "baton-kv-none"), out _));
    }

    [Fact]
    public void ReclaimOrphans_OwnerLives_LeavesItsSegment()
    {
        using var memory = SharedKvMemory.Create(_directory, "p", 4096);
        File.WriteAllBytes(Path.Combine(_directory, "baton-kv-1-orphan"), new byte[10]);
        File.WriteAllBytes(Path.Combine(_directory, "other"), new byte[10]);

        Assert.Equal(1, SharedKvMemory.ReclaimOrphans(_directory));

        Assert.True(File.Exists(memory.Path));
        Assert.True(File.Exists(Path.Combine(_directory, "other")));
    }

    [Fact]
    public async Task ReclaimOrphans_OwnerInAnotherProcess_WaitsForItsDeath()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "needs flock of util-linux");
        var path = Path.Combine(_directory, "baton-kv-2-peer");
        await File.WriteAllBytesAsync(path, new byte[10], TestContext.Current.CancellationToken);
        using var owner = Process.Start(new ProcessStartInfo("/usr/bin/flock", ["-s", path, "sh", "-c", "echo on; cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("on", await owner.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        Assert.Equal(0, SharedKvMemory.ReclaimOrphans(_directory));
        owner.Kill(entireProcessTree: true);
        await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
        await owner.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, SharedKvMemory.ReclaimOrphans(_directory));
    }

    [Fact]
    public void KvMemory_NoDirectoryOrNoRoom_IsPrivate()
    {
        using var none = KvMemory.Create(
            new KvMemoryOptions { Directory = Path.Combine(_directory, "no") }, "p", 4096, NullLogger.Instance);
        using var off = KvMemory.Create(new KvMemoryOptions { Directory = "" }, "p", 4096, NullLogger.Instance);
        using var fits = KvMemory.Create(
            new KvMemoryOptions { Directory = _directory }, "p", 4096, NullLogger.Instance);

        Assert.IsType<PrivateKvMemory>(none);
        Assert.IsType<PrivateKvMemory>(off);
        Assert.Equal("", KvMemory.SharedPath(off));
        Assert.Equal(OperatingSystem.IsLinux(), KvMemory.SharedPath(fits).Length > 0);
    }
}
