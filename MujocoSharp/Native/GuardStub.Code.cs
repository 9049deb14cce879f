namespace MujocoSharp.Native;

/// <content>The machine code, for the System V calling convention of 64-bit x86.</content>
internal static unsafe partial class GuardStub
{
    private const int CodeSize = 0x110, EnterSize = 0x69, Escape = 0x70, Personality = 0xA0, Deadline = 0xF0;

    // The entry calls function(a, b, c, d) `repeat` times. It returns 0, or 1 after an error, or 2 after an exception.
    // All callee-saved registers are saved on the stack, and the stack pointer in the context. The addresses in
    // brackets are stored behind the code.
    private static ReadOnlySpan<byte> Code =>
    [
        // 00 enter(context, function, a, b, c, d, repeat)
        0x53,                                            //    push rbx
        0x55,                                            //    push rbp
        0x41, 0x54,                                      //    push r12
        0x41, 0x55,                                      //    push r13
        0x41, 0x56,                                      //    push r14
        0x41, 0x57,                                      //    push r15
        0x48, 0x83, 0xEC, 0x18,                          //    sub rsp,0x18
        0x48, 0x89, 0x27,                                //    mov [rdi],rsp               context.StackPointer
        0x0F, 0xAE, 0x5F, 0x08,                          //    stmxcsr [rdi+0x8]           context.ControlWords
        0xD9, 0x7F, 0x0C,                                //    fnstcw [rdi+0xc]
        0x48, 0xC7, 0x47, 0x18, 0x01, 0x00, 0x00, 0x00,  //    mov [rdi+0x18],0x1          context.Active
        0x48, 0x89, 0xFB,                                //    mov rbx,rdi
        0x48, 0x89, 0xF5,                                //    mov rbp,rsi
        0x49, 0x89, 0xD4,                                //    mov r12,rdx
        0x49, 0x89, 0xCD,                                //    mov r13,rcx
        0x4D, 0x89, 0xC6,                                //    mov r14,r8
        0x4C, 0x89, 0x0C, 0x24,                          //    mov [rsp],r9
        0x4C, 0x8B, 0x7C, 0x24, 0x50,                    //    mov r15,[rsp+0x50]          repeat
        // 38 again
        0x4C, 0x89, 0xE7,                                //    mov rdi,r12
        0x4C, 0x89, 0xEE,                                //    mov rsi,r13
        0x4C, 0x89, 0xF2,                                //    mov rdx,r14
        0x48, 0x8B, 0x0C, 0x24,                          //    mov rcx,[rsp]
        0xFF, 0xD5,                                      //    call rbp
        0x49, 0xFF, 0xCF,                                //    dec r15
        0x7F, 0xEC,                                      //    jg again
        0x48, 0x89, 0x43, 0x10,                          //    mov [rbx+0x10],rax          context.Result
        0x31, 0xC0,                                      //    xor eax,eax
        // 52 finish
        0x48, 0xC7, 0x43, 0x18, 0x00, 0x00, 0x00, 0x00,  //    mov [rbx+0x18],0x0
        0x48, 0x83, 0xC4, 0x18,                          //    add rsp,0x18
        0x41, 0x5F,                                      //    pop r15
        0x41, 0x5E,                                      //    pop r14
        0x41, 0x5D,                                      //    pop r13
        0x41, 0x5C,                                      //    pop r12
        0x5D,                                            //    pop rbp
        0x5B,                                            //    pop rbx
        0xC3,                                            //    ret
        0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00,
        // 70 escape(message): MuJoCo's error handler. The managed handler records the message and returns the context.
        0x48, 0x83, 0xEC, 0x08,                          //    sub rsp,0x8
        0xFF, 0x15, 0x96, 0x00, 0x00, 0x00,              //    call [managed handler]
        0x48, 0x89, 0xC3,                                //    mov rbx,rax
        0x48, 0x8B, 0x23,                                //    mov rsp,[rbx]
        0x0F, 0xAE, 0x53, 0x08,                          //    ldmxcsr [rbx+0x8]
        0xD9, 0x6B, 0x0C,                                //    fldcw [rbx+0xc]
        0xB8, 0x01, 0x00, 0x00, 0x00,                    //    mov eax,0x1
        0xEB, 0xC4,                                      //    jmp finish
        0x66, 0x90,
        // 90 landing: where the unwinder continues after an exception
        0x48, 0x89, 0x43, 0x20,                          //    mov [rbx+0x20],rax          context.Exception
        0xB8, 0x02, 0x00, 0x00, 0x00,                    //    mov eax,0x2
        0xEB, 0xB7,                                      //    jmp finish
        0x0F, 0x1F, 0x44, 0x00, 0x00,
        // A0 personality(version, actions, class, exception, unwind context)
        0x40, 0xF6, 0xC6, 0x01,                          //    test sil,0x1
        0x74, 0x06,                                      //    je second
        0xB8, 0x06, 0x00, 0x00, 0x00,                    //    mov eax,6   search phase: there is a handler here
        0xC3,                                            //    ret
        // AC second
        0x40, 0xF6, 0xC6, 0x04,                          //    test sil,0x4
        0x75, 0x06,                                      //    jne install
        0xB8, 0x08, 0x00, 0x00, 0x00,                    //    mov eax,8   not for this frame: continue unwinding
        0xC3,                                            //    ret
        // B8 install
        0x41, 0x54,                                      //    push r12
        0x4D, 0x89, 0xC4,                                //    mov r12,r8
        0x48, 0x89, 0xCA,                                //    mov rdx,rcx
        0x31, 0xF6,                                      //    xor esi,esi
        0x4C, 0x89, 0xC7,                                //    mov rdi,r8
        0xFF, 0x15, 0x4D, 0x00, 0x00, 0x00,              //    call [_Unwind_SetGR]
        0x48, 0x8D, 0x35, 0xBE, 0xFF, 0xFF, 0xFF,        //    lea rsi,landing
        0x4C, 0x89, 0xE7,                                //    mov rdi,r12
        0xFF, 0x15, 0x45, 0x00, 0x00, 0x00,              //    call [_Unwind_SetIP]
        0x41, 0x5C,                                      //    pop r12
        0xB8, 0x07, 0x00, 0x00, 0x00,                    //    mov eax,7                   continue at landing
        0xC3,                                            //    ret
        0x66, 0x66, 0x2E, 0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x66, 0x90,
        // F0 deadline(): MuJoCo calls it in each step that it simulates while compiling.
        0x48, 0x83, 0xEC, 0x08,                          //    sub rsp,0x8
        0xFF, 0x15, 0x2E, 0x00, 0x00, 0x00,              //    call [managed deadline]     returns 0 or a message
        0x48, 0x83, 0xC4, 0x08,                          //    add rsp,0x8
        0x48, 0x85, 0xC0,                                //    test rax,rax
        0x75, 0x01,                                      //    jne late
        0xC3,                                            //    ret
        // 104 late
        0x48, 0x89, 0xC7,                                //    mov rdi,rax
        0xFF, 0x25, 0x23, 0x00, 0x00, 0x00,              //    jmp [mju_error]
        0x0F, 0x1F, 0x00,
    ];
}
