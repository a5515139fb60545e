// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "io.nltap.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NO_CLUSTER = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.fabric8..",
                    "io.nltap.agent.node..",
                    "io.nltap.agent.upload..",
                    "io.nltap.agent.spool..",
                    "io.nltap.operator..")
            .because("the command works where there is none");

    @ArchTest
    static final ArchRule NATIVE_CODE_HAS_ITS_OWN_ROOM = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai.jffi..", "com.sun.jna..", "org.pcap4j..");

    @ArchTest
    static final ArchRule ONE_CLASS_KNOWS_STREAMS_AND_CLOCK = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.nltap.cli.Nltap") // where everything is put together
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC");

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_IT_DOES = noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager)");

    @ArchTest
    static final ArchRule NULLS_ARE_MARKED = classes().should(new ArchCondition<>("be in a @NullMarked package") {
        @Override
        public void check(JavaClass each, ConditionEvents events) {
            if (!each.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(
                        each, each.getPackageName() + " has no package-info.java with @NullMarked"));
            }
        }
    });
}
