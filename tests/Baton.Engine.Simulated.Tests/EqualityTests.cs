using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using CsCheck;

namespace Baton.Engine.Simulated.Tests;

/// <summary>However a sequence is served, its tokens are those of an undisturbed run.</summary>
public sealed class EqualityTests
{
    private const int Blocks = 64;

    [Fact]
    public void Run_ChunkedPrefill_SameTokens() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 40], Gen.Int[1, 70]).Sample((length, tokens, budget) =>
        {
            SequenceRequest request = Rig.Request("r", Rig.Prompt(length, length), tokens);
            int[] expected = Undisturbed(request);
            using var rig = new Rig(Blocks, new SchedulerOptions { StepTokenBudget = budget, MaxSequences = 1 });
            Assert.Equal(expected, rig.Alone(request));
        }, iter: 200);

    [Fact]
    public void Run_PrefixHit_SameTokens()
    {
        SequenceRequest request = Rig.Request("r", Rig.Prompt(100, 1), 20);
        int[] expected = Undisturbed(request);
        using var rig = new Rig(Blocks);
        rig.Alone(request);
        Assert.Null(rig.Scheduler.Start(request));
        Assert.Equal(96, rig.Scheduler.Plan().Entries[0].FirstPosition);
        Assert.Equal(expected, rig.RunToEnd()[request.Key]);
    }

    [Fact]
    public void Run_PreemptedInABatch_SameTokens() =>
        Gen.Select(Gen.Int[2, 8], Gen.Int[0, 1000]).Sample((count, seed) =>
        {
            SequenceRequest[] requests =
            [
                .. Enumerable.Range(0, count).Select(i =>
                    Rig.Request($"r{i}", Rig.Prompt(20 + (seed + i * 7) % 40, seed + i), 60, (ulong)i)),
            ];
            using var rig = new Rig(
                10, new SchedulerOptions { StepTokenBudget = 48, MaxSequences = 8, DecodeReserveBlocks = 0 });
            foreach (SequenceRequest request in requests)
                Assert.Null(rig.Scheduler.Start(request));
            Dictionary<SequenceKey, List<int>> outputs = rig.RunToEnd();
            foreach (SequenceRequest request in requests)
                Assert.Equal(Undisturbed(request), outputs[request.Key]);
            Assert.True(rig.Scheduler.Load().Preemptions > 0);
            Assert.Equal(0, rig.Scheduler.Load().BlocksUsed);
        }, iter: 60);

    [Fact]
    public void Run_PrefillThenImport_SameTokens() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[2, 40], Gen.Int[0, 150]).Sample((length, tokens, warm) =>
        {
            SequenceRequest request = Rig.Request("r", Rig.Prompt(length, length), tokens);
            int[] expected = Undisturbed(request);
            using var prefill = new Rig(
                Blocks, new SchedulerOptions { StepTokenBudget = 40, MaxSequences = 4 });
            using var decode = new Rig(Blocks);
            if (warm > 0)
            {
                decode.Alone(Rig.Request("warm", request.Tokens[..Math.Min(warm, length)], 1));
                prefill.Alone(Rig.Request("warm", request.Tokens[..Math.Min(warm, length)], 1));
            }

            Assert.Equal(expected, HandOver(request, prefill, decode, corrupt: false));
            Assert.Equal(0, prefill.Scheduler.Load().BlocksUsed);
            Assert.Equal(0, decode.Scheduler.Load().BlocksUsed);
        }, iter: 200);

    [Fact]
    public void Run_CorruptHandover_OtherTokens()
    {
        SequenceRequest request = Rig.Request("r", Rig.Prompt(100, 1), 20);
        using var prefill = new Rig(Blocks);
        using var decode = new Rig(Blocks);
        Assert.NotEqual(Undisturbed(request), HandOver(request, prefill, decode, corrupt: true));
    }

    [Fact]
    public void Run_LaterAttempt_ContinuesTheOutput()
    {
        SequenceRequest request = Rig.Request("r", Rig.Prompt(50, 1), 30);
        int[] expected = Undisturbed(request);
        SequenceRequest later = request with
        {
            Key = request.Key with { Epoch = 1 },
            Tokens = [.. request.Tokens, .. expected[..12]],
        };
        using var rig = new Rig(Blocks);
        Assert.Null(rig.Scheduler.Start(later));
        List<TokenOutput> outputs = [];
        while (rig.Scheduler.Sequences.Count > 0)
            outputs.AddRange(rig.Step().Tokens);
        Assert.Equal(expected[12..], outputs.Select(o => o.Sampled.Token));
        Assert.Equal(Enumerable.Range(12, 18), outputs.Select(o => o.Index));
    }

    private static int[] Undisturbed(SequenceRequest request)
    {
        using var rig = new Rig(Blocks, new SchedulerOptions { StepTokenBudget = 4096 });
        return rig.Alone(request);
    }

    private static int[] HandOver(SequenceRequest request, Rig prefill, Rig decode, bool corrupt)
    {
        Reservation reservation = decode.Scheduler.Reserve(request with { Work = SequenceWork.Import });
        Assert.NotNull(reservation.Blocks);
        Assert.Null(prefill.Scheduler.Start(request with { Work = SequenceWork.Prefill }));
        int cached = reservation.CachedTokens / decode.Layout.BlockTokens;
        int next = 0;
        KvProduced produced;
        do
        {
            IReadOnlyList<KvProduced> kv = prefill.Step().Kv;
            produced = kv.Count > 0 ? kv[0] : new KvProduced(request.Key, next, [], false, default, null);
            Assert.Equal(next, produced.FirstBlock);
            for (int i = 0; i < produced.Blocks.Length; i++, next++)
            {
                if (next >= cached)
                    prefill.Block(produced.Blocks[i]).CopyTo(decode.Block(reservation.Blocks[next]));
            }
        }
        while (!produced.Last);

        Assert.Equal(reservation.Blocks.Length, next);
        prefill.Scheduler.Release(request.Key);
        if (corrupt)
            decode.Block(reservation.Blocks[2]).Clear();
        SampledToken first = produced.First;
        decode.Scheduler.Activate(request.Key, first);
        return [first.Token, .. ContinueFrom(decode, request.Key)];
    }

    private static List<int> ContinueFrom(Rig decode, SequenceKey key)
    {
        List<int> tokens = [];
        while (decode.Scheduler.Sequences.Count > 0)
        {
            foreach (TokenOutput output in decode.Step().Tokens)
            {
                Assert.Equal(key, output.Key);
                Assert.Equal(tokens.Count + 1, output.Index);
                tokens.Add(output.Sampled.Token);
            }
        }

        return tokens;
    }
}
