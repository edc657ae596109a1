using Baton.Contracts.Sessions;
using Baton.Grains.Sessions;

namespace Baton.Silo.Tests.Sessions;

public sealed class SessionVaultTests
{
    private readonly SessionVault _vault = new(Packing.Packer, TimeProvider.System);

    [Fact]
    public void Keep_RepeatedAndOverlapping_JoinsEachEntryOnce()
    {
        Assert.True(_vault.Keep(Copy(0, 3, first: true)));
        Assert.True(_vault.Keep(Copy(0, 3, first: true)));
        Assert.True(_vault.Keep(Copy(2, 4)));
        Assert.True(_vault.Keep(Copy(6, 1)));

        Assert.Equal(Enumerable.Range(0, 7), _vault.Take("r")!.Entries.Select(e => e.Index));
        Assert.Null(_vault.Take("r"));
    }

    [Fact]
    public void Keep_SomethingIsMissing_AsksForTheWhole()
    {
        Assert.False(_vault.Keep(Copy(0, 1)));
        Assert.True(_vault.Keep(Copy(0, 1, first: true)));
        Assert.False(_vault.Keep(Copy(2, 1)));
        Assert.True(_vault.Keep(Copy(0, 3, first: true)));

        Assert.Equal(3, _vault.Take("r")!.Entries.Length);
    }

    [Fact]
    public void Keep_OfAnEarlierOwner_ChangesNothing()
    {
        Assert.True(_vault.Keep(Copy(0, 2, first: true, epoch: 4096, owner: "later")));
        Assert.True(_vault.Keep(Copy(0, 5, first: true, epoch: 0, owner: "earlier")));

        Assert.Equal("later", _vault.OwnerOf("r"));
        Assert.Equal(2, _vault.Take("r")!.Entries.Length);
    }

    [Fact]
    public void RunningOf_Complete_IsNotAmongThem()
    {
        _vault.Keep(Copy(0, 2, first: true));
        Assert.Equal(["r"], _vault.RunningOf("owner"));

        _vault.Keep(Copy(2, 1) with { IsComplete = true });

        Assert.Empty(_vault.RunningOf("owner"));
        Assert.Empty(_vault.RunningOf("nobody"));
    }

    [Fact]
    public void Sweep_OwnerLives_IsKept()
    {
        _vault.Keep(Copy(0, 1, first: true));

        _vault.Sweep(TimeSpan.FromTicks(-1), isDead: _ => false);
        Assert.Equal(1, _vault.Count);
        _vault.Sweep(TimeSpan.FromHours(1), isDead: _ => true);
        Assert.Equal(1, _vault.Count);
        _vault.Sweep(TimeSpan.FromTicks(-1), isDead: _ => true);
        Assert.Equal(0, _vault.Count);
    }

    private static SessionCopy Copy(int from, int count, bool first = false, int epoch = 0, string owner = "owner") => new()
    {
        RequestId = "r",
        Owner = owner,
        FirstEpoch = epoch,
        Request = first ? SimulatedCluster.Request(1, 4, 8) : null,
        From = from,
        Entries = [.. Enumerable.Range(from, count).Select(i => new SessionEvent
        {
            Index = i,
            Kind = SessionEventKind.Token,
            Choice = 0,
        })],
    };
}
